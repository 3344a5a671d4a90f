package dev.sluice.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, and the line between core and shell. */
@AnalyzeClasses(
    packages = "dev.sluice",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
    })
class ArchitectureTest {

  private static final String MODEL = "dev.sluice.model..";
  private static final String CONTRACT = "dev.sluice.breach..";
  private static final String EVALUATOR = "dev.sluice.evaluator..";
  private static final String XDS = "dev.sluice.xds..";
  private static final String FOREMAN = "dev.sluice.foreman..";
  private static final String APP = "dev.sluice.app..";
  private static final String LAB = "dev.sluice.lab..";

  private static final String[] PURE = {
    "dev.sluice.model..",
    "dev.sluice.evaluator.judge..",
    "dev.sluice.evaluator.declare..",
    "dev.sluice.evaluator.render..",
    "dev.sluice.evaluator.lint..",
    "dev.sluice.xds.router..",
    "dev.sluice.xds.load..",
    "dev.sluice.xds.shares..",
    "dev.sluice.foreman.dispatch..",
    "dev.sluice.foreman.admission.."
  };

  private static final String[] EDGES = {
    "io..", "okhttp3..", "com.google..", "org.slf4j..", "java.net.http..", "java.nio.file.."
  };

  @ArchTest
  static final ArchRule modelDependsOnNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EVALUATOR, XDS, FOREMAN, APP, LAB, CONTRACT);

  @ArchTest
  static final ArchRule evaluatorDependsOnTheModelAlone =
      noClasses()
          .that()
          .resideInAPackage(EVALUATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(XDS, FOREMAN, APP, LAB);

  @ArchTest
  static final ArchRule xdsServerDependsOnTheModelAlone =
      noClasses()
          .that()
          .resideInAPackage(XDS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EVALUATOR, FOREMAN, APP, LAB);

  @ArchTest
  static final ArchRule foremanBridgeDependsOnTheModelAlone =
      noClasses()
          .that()
          .resideInAPackage(FOREMAN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EVALUATOR, XDS, APP, LAB);

  @ArchTest
  static final ArchRule theProcessDoesNotNeedTheLab =
      noClasses().that().resideInAPackage(APP).should().dependOnClassesThat().resideInAPackage(LAB);

  @ArchTest
  static final ArchRule pureCodeTouchesNoEdge =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EDGES);

  @ArchTest
  static final ArchRule theStepIsPure =
      noClasses()
          .that()
          .haveNameMatching("dev\\.sluice\\.app\\.loop\\.(Core|Turn|Changes|Step|LoopState)")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "okhttp3..", "org.slf4j..", "java.nio.file..");

  @ArchTest
  static final ArchRule packagesOfTheProcessHaveNoCycles =
      slices().matching("dev.sluice.app.(*)..").should().beFreeOfCycles();
}
