// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** This module stands beside the engine: a driver has neither it nor Arrow's jars. */
final class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.sluice");

    @Test
    void itUsesCoreAndWorkersAndArrow() {
        classes()
                .that()
                .resideInAPackage("dev.sluice.arrow")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.arrow",
                        "dev.sluice.core..",
                        "dev.sluice.worker",
                        "org.apache.arrow..",
                        "org.jspecify..",
                        "java..")
                .check(OURS);
    }

    @Test
    void nothingBelowKnowsOfArrow() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.arrow")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.arrow..", "dev.sluice.arrow..")
                .check(OURS);
    }

    /** What looks classes up by names that come with data. */
    @Test
    void extensionTypesAreNotLookedUp() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.arrow")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("ExtensionTypeRegistry")
                .check(OURS);
    }
}
