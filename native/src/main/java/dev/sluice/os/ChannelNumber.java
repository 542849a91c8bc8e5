// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Function;
import com.sun.jna.JNIEnv;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.reflect.Field;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * The descriptor number of a JDK socket channel. The JDK keeps it in a field of an unexported class; reflection may find
 * the field and not read it, while JNI, which JNA lets us call, reads any field. So no {@code --add-opens} is needed.
 */
final class ChannelNumber {
    private static final Map<String, Object> OBJECTS = Map.of(Library.OPTION_ALLOW_OBJECTS, true);

    // Places in the table of functions that JNI fixes for ever (JNI specification, chapter 4).
    private static final int FROM_REFLECTED_FIELD = 8;
    private static final int GET_INT_FIELD = 100;

    private ChannelNumber() {}

    static int of(SocketChannel channel) {
        LibC.load().orRefuse("the descriptor of a socket channel");
        if (!channel.isOpen()) {
            throw new OsException("socket channel is closed: " + channel);
        }
        Field field;
        try {
            field = channel.getClass().getDeclaredField("fdVal");
        } catch (NoSuchFieldException e) {
            throw new OsException(
                    "cannot find the descriptor of a socket channel: class="
                            + channel.getClass().getName() + " field=fdVal java=" + Runtime.version(),
                    e);
        }
        if (field.getType() != int.class) {
            throw new OsException("the descriptor of a socket channel is not an int: " + field);
        }
        Object id = jni(FROM_REFLECTED_FIELD).invoke(Pointer.class, new Object[] {JNIEnv.CURRENT, field}, OBJECTS);
        Object number = jni(GET_INT_FIELD).invoke(Integer.class, new Object[] {JNIEnv.CURRENT, channel, id}, OBJECTS);
        return (Integer) number;
    }

    private static Function jni(int index) {
        // A JNIEnv belongs to its thread, so it is asked for each time: memcpy of nothing returns its first argument.
        Object[] arguments = {JNIEnv.CURRENT, JNIEnv.CURRENT, 0L};
        Pointer environment = (Pointer) Memcpy.FUNCTION.invoke(Pointer.class, arguments, OBJECTS);
        return Function.getFunction(environment.getPointer(0).getPointer((long) index * Native.POINTER_SIZE));
    }

    private static final class Memcpy {
        static final Function FUNCTION = NativeLibrary.getInstance("libc.so.6").getFunction("memcpy");
    }
}
