package dev.sluice.foreman.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.foreman", importOptions = DoNotIncludeTests.class)
final class ClientArchitectureTest {

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("dev.sluice.foreman.dispatch")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.time..",
              "java.util",
              "org.jspecify.annotations..",
              "dev.sluice.model..",
              "dev.sluice.foreman.dispatch..");

  @ArchTest
  static final ArchRule ONLY_THE_METRICS_NEED_MICROMETER =
      noClasses()
          .that()
          .doNotHaveSimpleName("GateMetrics")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..")
          .orShould()
          .dependOnClassesThat()
          .haveSimpleName("GateMetrics");

  @ArchTest
  static final ArchRule ANY_TRANSPORT_WILL_DO =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc.netty..", "io.grpc.okhttp..", "io.grpc.inprocess..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("dev.sluice.foreman.(*)").should().beFreeOfCycles();
}
