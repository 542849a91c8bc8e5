// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.worker.OutputListener;
import java.io.IOException;

/** What a program's session is given by the JVM it lives in: one of its own, or one that it shares with others. */
public interface SessionHost {
    /**
     * Makes the factory of a program's engines.
     *
     * @param config the program
     * @param output takes what its user code prints
     * @return the factory, which the session closes
     * @throws IOException if what it needs at once cannot be started
     */
    EngineFactory engines(DriverConfig config, OutputListener output) throws IOException;

    /**
     * Returns the pages that show the programs of this JVM; they start when somebody asks for them.
     *
     * @return the same at each call
     */
    WebPages pages();

    /**
     * Tells whether other programs live in this JVM too. A program then neither sets the level of the JVM's log nor
     * reaches its classes by Py4J.
     *
     * @return whether it is shared
     */
    boolean shared();
}
