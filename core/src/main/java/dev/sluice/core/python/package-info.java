// SPDX-License-Identifier: Apache-2.0
/** Which Python runs beside this JVM: {@link dev.sluice.core.python.PythonInterpreter} finds it and checks its age. */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.python;
