@echo off
rem Runs Evengrad from its sources: builds the distribution when there is none, then starts it.
rem After a change of the sources, delete cli\target\evengrad to build it again.
setlocal
set "ROOT=%~dp0"
set "DISTRIBUTION=%ROOT%cli\target\evengrad"
if exist "%DISTRIBUTION%\lib\evengrad-cli.jar" goto start

where mvn >nul 2>&1
if errorlevel 1 (
    echo evengrad: no Maven found. Install Maven 3.8 or newer: it builds Evengrad once. 1>&2
    exit /b 1
)
echo Building Evengrad once (about 3 minutes the first time: Maven downloads Deeplearning4j) ... 1>&2
if not exist "%ROOT%target" mkdir "%ROOT%target"
call mvn -q -B -f "%ROOT%pom.xml" -pl cli -am -Dmaven.test.skip=true -Dspotless.check.skip=true package >"%ROOT%target\evengrad-build.log" 2>&1
if errorlevel 1 (
    echo evengrad: the build failed. See %ROOT%target\evengrad-build.log 1>&2
    exit /b 1
)

:start
call "%DISTRIBUTION%\bin\evengrad.bat" %*
exit /b %ERRORLEVEL%
