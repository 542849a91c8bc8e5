// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The module stands on the driver's and those below; no library of another module's is used here but Spark. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private JavaClasses ours;

    @BeforeAll
    void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.sluice.spark");
    }

    @Test
    void itUsesWhatStandsBelowIt() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.arrow..", "dev.sluice.gateway..", "dev.sluice.examples..")
                .check(ours);
    }

    @Test
    void aLibraryIsUsedInOnePlace() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.jna..", "py4j..", "net.razorvine..", "com.fasterxml.jackson..")
                .check(ours);
    }

    @Test
    void onlyMainClassesArePublic() {
        classes().that().arePublic().should().haveSimpleNameEndingWith("Main").check(ours);
    }

    @Test
    void onlyWhatSparkCarriesIsDeserialized() {
        noClasses()
                .that()
                .doNotHaveSimpleName("FileContent")
                .and()
                .doNotHaveSimpleName("SentTerms")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(ours);
    }
}
