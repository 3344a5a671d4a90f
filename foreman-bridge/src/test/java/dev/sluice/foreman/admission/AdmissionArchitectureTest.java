package dev.sluice.foreman.admission;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.foreman", importOptions = DoNotIncludeTests.class)
final class AdmissionArchitectureTest {

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("dev.sluice.foreman.admission")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.time..",
              "java.util",
              "java.util.function..",
              "java.util.stream..",
              "org.jspecify.annotations..",
              "dev.sluice.model..",
              "dev.sluice.foreman.dispatch..",
              "dev.sluice.foreman.admission..");
}
