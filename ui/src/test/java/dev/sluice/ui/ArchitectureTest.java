// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private final JavaClasses ours = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice.ui");

    /** Pages read what the engine tells, and know neither drivers nor stores. */
    @Test
    void pagesStandOnTheEngineAlone() {
        classes()
                .that()
                .resideInAPackage("dev.sluice.ui..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.ui..",
                        "dev.sluice.engine..",
                        "dev.sluice.core..",
                        "dev.sluice.worker..",
                        "io.netty..",
                        "io.prometheus..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "java..")
                .check(ours);
    }
}
