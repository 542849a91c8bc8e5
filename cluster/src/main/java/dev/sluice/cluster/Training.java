// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import java.io.File;
import java.io.IOException;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Loads what a class-data archive is to hold besides what this run used: an executor has the same archive as the
 * coordinator and loads other classes of ours.
 */
final class Training {
    private static final String OURS = "dev/sluice/";
    private static final String CLASS = ".class";

    private Training() {}

    /** Loads every class of our jars on the class path, without running any of it. */
    static void loadOurs() {
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            File jar = new File(path);
            if (jar.getName().startsWith("sluice-") && jar.isFile()) {
                load(jar);
            }
        }
    }

    private static void load(File jar) {
        try (JarFile file = new JarFile(jar);
                Stream<JarEntry> entries = file.stream()) {
            entries.map(JarEntry::getName)
                    .filter(name -> name.startsWith(OURS) && name.endsWith(CLASS) && !name.endsWith("-info.class"))
                    .forEach(Training::load);
        } catch (IOException e) {
            LoggerFactory.getLogger(Training.class).warn("not in the archive: jar={} reason={}", jar, e.toString());
        }
    }

    private static void load(String entry) {
        String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
        try {
            Class.forName(name, false, Training.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // It needs a library that is not there, so nobody loads it.
        }
    }
}
