package org.evengrad.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;

/** The arrows between modules, held over the built classes of all of them and of every plugin. */
@AnalyzeClasses(packages = "org.evengrad", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PLUGINS = {
        "org.evengrad.initializers..",
        "org.evengrad.activations..",
        "org.evengrad.optimizers..",
        "org.evengrad.schedulers..",
        "org.evengrad.guards.."
    };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("org.evengrad.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theSpiNeedsNothingButTheJdk =
            classes()
                    .that()
                    .resideInAPackage("org.evengrad.spi..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("org.evengrad.spi..", "java..", "com.google.auto.service..")
                    .because("a plugin's author gets nothing else on the class path");

    @ArchTest
    static final ArchRule pluginsNeedTheSpiAlone =
            classes()
                    .that()
                    .resideInAnyPackage(PLUGINS)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(
                                            "org.evengrad.spi..",
                                            "java..",
                                            "com.google.auto.service..")
                                    .or(resideInAnyPackage(PLUGINS)))
                    .because("what runs from a jar in a folder has nothing else");

    @ArchTest
    static final ArchRule pluginsDoNotNeedEachOther =
            slices().matching(
                            "org.evengrad.(initializers|activations|optimizers|schedulers|guards).(*)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule nothingButTheWiringNeedsPlugins =
            noClasses()
                    .that(not(resideInAnyPackage(PLUGINS)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PLUGINS)
                    .because("every strategy is found, none is built in");

    @ArchTest
    static final ArchRule dl4jStaysInItsPackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.evengrad.engine.dl4j..", "org.evengrad")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
                    .because("the facade alone takes networks that a program has");

    @ArchTest
    static final ArchRule nativeCallsStayBelowTheNetwork =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "org.evengrad.engine.dl4j..",
                            "org.evengrad.engine.executor..",
                            "org.evengrad")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bytedeco..")
                    .because("what works on a network sees plain buffers");

    @ArchTest
    static final ArchRule guiceStaysInTheWiring =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.evengrad.wiring..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
                    .because("everything can be built by hand with constructors");

    @ArchTest
    static final ArchRule hoconStaysInTheConfiguration =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.evengrad.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.typesafe..");

    @ArchTest
    static final ArchRule onlyTheCommandsPrint =
            noClasses()
                    .that(not(resideInAPackage("org.evengrad.cli..")))
                    .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule onlyTheCommandLineEndsTheProcess =
            noClasses()
                    .that()
                    .doNotBelongToAnyOf(Main.class)
                    .should()
                    .callMethod(System.class, "exit", int.class)
                    .orShould()
                    .callMethod(Runtime.class, "exit", int.class)
                    .orShould()
                    .callMethod(Runtime.class, "halt", int.class);

    @ArchTest static final ArchRule logsGoThroughSlf4j = noClasses().should(USE_JAVA_UTIL_LOGGING);

    @ArchTest
    static final ArchRule nothingReadsSerializedObjects =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(ObjectInputStream.class)
                    .because("a file from elsewhere must not run code");

    /** Rules hold for no classes at all, too. */
    @ArchTest
    static void theScanSeesEveryModule(JavaClasses classes) {
        atLeast(20, classes, "org.evengrad.spi..");
        atLeast(20, classes, "org.evengrad.config..");
        atLeast(5, classes, "org.evengrad.testkit..");
        atLeast(20, classes, "org.evengrad.engine..");
        atLeast(5, classes, "org.evengrad.engine.dl4j..");
        atLeast(3, classes, "org.evengrad.diagnosis..");
        atLeast(3, classes, "org.evengrad.report..");
        atLeast(1, classes, "org.evengrad.wiring..");
        atLeast(10, classes, "org.evengrad.cli..");
        atLeast(96, classes, PLUGINS);
    }

    private static void atLeast(int floor, JavaClasses classes, String... packages) {
        int seen = classes.that(resideInAnyPackage(packages)).size();
        assertTrue(
                seen >= floor, () -> "saw " + seen + " classes of " + String.join(", ", packages));
    }
}
