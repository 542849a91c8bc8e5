// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of the design between modules and inside them. This module stands above the others, so it sees them all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    /** Each module's package, and those that it may use. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "core", List.of(),
            "os", List.of("core"),
            "spill", List.of("core"),
            "worker", List.of("core"),
            "gateway", List.of("core"),
            "engine", List.of("core", "spill", "worker"),
            "driver", List.of("core", "os", "spill", "worker", "gateway", "engine"));

    private JavaClasses ours;

    @BeforeAll
    void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.sluice");
    }

    static Stream<String> modules() {
        return ARROWS.keySet().stream().sorted();
    }

    @Test
    void everyClassBelongsToAModule() {
        assertThat(ours.stream().map(ArchitectureTest::module).distinct())
                .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
    }

    private static String module(JavaClass found) {
        return found.getPackageName().split("\\.", -1)[2];
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleUsesWhatStandsBelowIt(String module) {
        List<String> allowed = ARROWS.getOrDefault(module, List.of());
        String[] others = modules()
                .filter(name -> !name.equals(module) && !allowed.contains(name))
                .map(name -> "dev.sluice." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.sluice." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ours);
    }

    @Test
    void packagesFormNoCircles() {
        slices().matching("dev.sluice.core.(*)..").should().beFreeOfCycles().check(ours);
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(ours);
    }

    /** One door to each library. */
    @ParameterizedTest
    @CsvSource({
        "com.sun.jna, dev.sluice.os",
        "py4j, dev.sluice.gateway",
        "net.razorvine, dev.sluice.core.pickle",
        "com.fasterxml.jackson, dev.sluice.core.json",
        "com.github.luben.zstd, dev.sluice.core.codec",
    })
    void aLibraryIsUsedInOnePlace(String library, String home) {
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
