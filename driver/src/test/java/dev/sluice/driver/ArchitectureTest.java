// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The arrows between the modules point down only, and each library is seen by one of them. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String ROOT = "dev.sluice.";
    private static final String FOREIGN = "";

    @ArchTest
    static final ArchRule CORE_IMPORTS_NOTHING_OF_OURS = only("core");

    @ArchTest
    static final ArchRule NATIVE_STANDS_ON_CORE = only("os", "core");

    @ArchTest
    static final ArchRule SPILL_STANDS_ON_CORE = only("spill", "core");

    @ArchTest
    static final ArchRule WORKER_STANDS_ON_CORE_AND_NATIVE = only("worker", "core", "os");

    @ArchTest
    static final ArchRule GATEWAY_STANDS_ON_CORE_AND_NATIVE = only("gateway", "core", "os");

    @ArchTest
    static final ArchRule ENGINE_KNOWS_NO_DRIVER = only("engine", "core", "spill", "worker");

    @ArchTest
    static final ArchRule DRIVER_STANDS_ON_ALL = only("driver", "engine", "gateway", "core", "spill", "worker", "os");

    @ArchTest
    static final ArchRule NO_CIRCLES_BETWEEN_PACKAGES =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONE_DOOR_TO_C = seenBy("com.sun.jna..", "dev.sluice.os..");

    @ArchTest
    static final ArchRule PY4J_STAYS_IN_THE_GATEWAY = seenBy("py4j..", "dev.sluice.gateway..");

    @ArchTest
    static final ArchRule LIBRARIES_OF_CORE_STAY_THERE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson..", "net.razorvine..", "com.github.luben..");

    private static ArchRule only(String module, String... below) {
        Set<String> allowed = new HashSet<>(List.of(below));
        allowed.addAll(List.of(module, FOREIGN));
        return classes()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .onlyDependOnClassesThat(describe(
                        "are not ours, or of the modules " + new TreeSet<>(allowed),
                        type -> allowed.contains(moduleOf(type.getPackageName()))));
    }

    /** The module of a package of ours; for a foreign package the empty name, which every module may use. */
    private static String moduleOf(String packageName) {
        return packageName.startsWith(ROOT)
                ? packageName.substring(ROOT.length()).split("\\.", 2)[0]
                : FOREIGN;
    }

    private static ArchRule seenBy(String library, String module) {
        return classes()
                .that()
                .resideInAPackage("dev.sluice..")
                .and()
                .resideOutsideOfPackage(module)
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage(library);
    }
}
