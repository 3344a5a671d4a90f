package dev.sluice.evaluator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.evaluator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule DECLARE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.sluice.evaluator.declare")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.time..",
              "java.util..",
              "org.jspecify..",
              "dev.sluice.model",
              "dev.sluice.evaluator.declare");

  @ArchTest
  static final ArchRule RENDER_AND_LINT_ARE_PURE =
      classes()
          .that()
          .resideInAnyPackage("dev.sluice.evaluator.render", "dev.sluice.evaluator.lint")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.time..",
              "java.util..",
              "org.jspecify..",
              "dev.sluice.model",
              "dev.sluice.evaluator.declare",
              "dev.sluice.evaluator.render",
              "dev.sluice.evaluator.lint");

  /** JSON is a value there: the codec of what is remembered. */
  @ArchTest
  static final ArchRule JUDGE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.sluice.evaluator.judge")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.time..",
              "java.util..",
              "org.jspecify..",
              "com.fasterxml.jackson..",
              "dev.sluice.model",
              "dev.sluice.evaluator.judge");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("dev.sluice.evaluator.(*)").should().beFreeOfCycles();
}
