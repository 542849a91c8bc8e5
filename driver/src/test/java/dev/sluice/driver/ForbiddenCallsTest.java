// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no class of any module calls: Java's own deserialization, a shell; and the one place of each library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForbiddenCallsTest {
    private JavaClasses ours;

    @BeforeAll
    void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.sluice");
        assertThat(ours).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "net.razorvine, dev.sluice.core.pickle",
        "com.fasterxml.jackson, dev.sluice.core.json",
        "com.github.luben.zstd, dev.sluice.core.codec",
    })
    void aLibraryOfCoreIsUsedInOnePackage(String library, String home) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library + "..")
                .check(ours);
    }

    @Test
    void nothingIsDeserializedAsJavaObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectOutputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.beans.XMLDecoder")
                .check(ours);
    }

    @Test
    void noShell() throws IOException {
        assertThat(ours.stream()
                        .flatMap(from -> from.getMethodCallsFromSelf().stream())
                        .filter(call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                                && call.getName().equals("exec")))
                .isEmpty();
        // What a command is made of is data to the byte code: the sources say it.
        Pattern shell = Pattern.compile("\"((/usr)?/bin/)?(sh|bash|dash|cmd(\\.exe)?)\"");
        for (Path source : sources()) {
            assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(shell);
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(System.getProperty("sluice.root")))) {
            for (Path sources : modules.map(path -> path.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> all = Files.walk(sources)) {
                    all.filter(path -> path.toString().endsWith(".java")).forEach(found::add);
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(100);
        return found;
    }
}
