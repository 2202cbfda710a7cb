@echo off
rem Starts Evengrad. JAVA_HOME picks the Java; EVENGRAD_OPTS holds further options for it.
setlocal
for %%I in ("%~dp0..") do set "EVENGRAD_HOME=%%~fI"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" --version >nul 2>&1
if errorlevel 1 (
    echo evengrad: no Java 17 or newer found. Install one, or set JAVA_HOME to it. 1>&2
    exit /b 1
)

"%JAVA%" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Dguice_bytecode_gen_option=DISABLED "-Devengrad.home=%EVENGRAD_HOME%" %EVENGRAD_OPTS% -jar "%EVENGRAD_HOME%\lib\evengrad-cli.jar" %*
exit /b %ERRORLEVEL%
