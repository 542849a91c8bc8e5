// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import static net.razorvine.pickle.Opcodes.*;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * The library's stack machine with a guard before each instruction: declared lengths, memory, names of classes, hashing.
 * Instructions that keep no order or could run code are done here or refused.
 */
final class GuardedUnpickler extends Unpickler {
    private static final int MAX_NAME = 1000;

    private final PickleInput in;
    private final Budget budget;
    private @Nullable Object mark;

    GuardedUnpickler(PickleInput in, Budget budget) {
        this.in = in;
        this.budget = budget;
    }

    @Nullable
    Object load() throws IOException {
        Object value = load(in);
        if (in.remaining() > 0) {
            throw new CorruptDataException(
                    "bytes follow the pickle: count=" + in.remaining() + ", offset=" + in.position());
        }
        if (value instanceof IObjectConstructor) {
            throw new CorruptDataException("pickle is a class and not a value");
        }
        return value;
    }

    @Override
    protected @Nullable Object dispatch(short instruction) throws IOException {
        budget.charge(Budget.INSTRUCTION);
        switch (instruction) {
            case SHORT_BINUNICODE -> text(1);
            case BINUNICODE -> text(4);
            case BINUNICODE8 -> text(8);
            case FLOAT -> stack.add(decimalFloat());
            case EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case EMPTY_SET -> stack.add(new LinkedHashSet<>());
            case DICT -> stack.add(putAll(new LinkedHashMap<>(), stack.pop_all_since_marker()));
            case SETITEM -> setItem();
            case SETITEMS -> setItems();
            case ADDITEMS -> addItems();
            case FROZENSET -> stack.add(addAll(new LinkedHashSet<>(), stack.pop_all_since_marker()));
            case GLOBAL -> global();
            case STACK_GLOBAL -> stackGlobal();
            case REDUCE, NEWOBJ -> construct();
            case PERSID, BINPERSID, INST, OBJ, BUILD, EXT1, EXT2, EXT4, NEWOBJ_EX, NEXT_BUFFER, READONLY_BUFFER -> {
                throw new CorruptDataException("pickle has an instruction that is not allowed: instruction="
                        + Messages.quote(Character.toString(instruction)) + ", offset=" + (in.position() - 1)
                        + "; send builtin types");
            }
            default -> {
                check(instruction);
                Object result = super.dispatch(instruction);
                checkAfter(instruction);
                return result;
            }
        }
        return NO_RETURN_VALUE;
    }

    private void check(short instruction) {
        switch (instruction) {
            case SHORT_BINSTRING, SHORT_BINBYTES, LONG1 -> budget.charge(3L * in.declared(1, false));
            case BINSTRING, LONG4 -> budget.charge(3L * in.declared(4, true));
            case BINBYTES -> budget.charge(3L * in.declared(4, false));
            case BINBYTES8, BYTEARRAY8 -> budget.charge(3L * in.declared(8, false));
            case FRAME -> in.declared(8, false);
            case INT, LONG, GET -> in.requireShortLine(AllowedClasses.MAX_DIGITS + 2);
            case PUT -> {
                in.requireShortLine(AllowedClasses.MAX_DIGITS + 2);
                refuseMark(stack.peek());
            }
            case APPEND, DUP, STOP, BINPUT, LONG_BINPUT, MEMOIZE -> refuseMark(stack.peek());
            default -> {}
        }
    }

    private void checkAfter(short instruction) {
        if (instruction == MARK) {
            mark = stack.peek();
        } else if (instruction == TUPLE1 || instruction == TUPLE2 || instruction == TUPLE3) {
            for (Object item : (Object[]) stack.peek()) {
                refuseMark(item);
            }
        }
    }

    /** The library has no type for its mark, so a pickle could put it where a value belongs. */
    private void refuseMark(@Nullable Object value) {
        if (mark != null && value == mark) {
            throw new CorruptDataException("pickle has a mark where a value belongs: offset=" + in.position());
        }
    }

    private @Nullable Object popValue() {
        Object value = stack.pop();
        refuseMark(value);
        return value;
    }

    private void text(int width) {
        int length = in.declared(width, false);
        budget.charge(3L * length);
        stack.add(PythonText.decode(in.take(width, length)));
    }

    /** The library does not know the words that Python writes for infinities and NaN. */
    private double decimalFloat() throws IOException {
        in.requireShortLine(AllowedClasses.MAX_DIGITS);
        String line = PickleUtils.readline(in);
        return switch (line) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(line);
        };
    }

    private void global() throws IOException {
        int offset = in.position();
        in.requireShortLine(MAX_NAME);
        String module = PickleUtils.readline(in);
        in.requireShortLine(MAX_NAME);
        stack.add(AllowedClasses.find(module, PickleUtils.readline(in), offset));
    }

    private void stackGlobal() {
        String name = (String) stack.pop();
        String module = (String) stack.pop();
        stack.add(AllowedClasses.find(module, name, in.position()));
    }

    private void construct() {
        Object[] args = (Object[]) stack.pop();
        for (Object arg : args) {
            budget.chargeWalk(arg);
        }
        stack.add(((IObjectConstructor) stack.pop()).construct(args));
    }

    @SuppressWarnings("unchecked") // every dict on the stack was made here
    private void setItem() {
        Object value = popValue();
        Object key = popValue();
        put((Map<Object, Object>) stack.peek(), key, value);
    }

    @SuppressWarnings("unchecked") // as above
    private void setItems() {
        List<Object> items = stack.pop_all_since_marker();
        putAll((Map<Object, Object>) stack.peek(), items);
    }

    @SuppressWarnings("unchecked") // every set on the stack was made here
    private void addItems() {
        List<Object> items = stack.pop_all_since_marker();
        addAll((Set<Object>) stack.peek(), items);
    }

    private Map<Object, Object> putAll(Map<Object, Object> map, List<Object> items) {
        for (int i = 0; i < items.size(); i += 2) {
            put(map, items.get(i), items.get(i + 1));
        }
        return map;
    }

    private void put(Map<Object, Object> map, @Nullable Object key, @Nullable Object value) {
        guardHash(key);
        map.put(key, value);
    }

    private Set<Object> addAll(Set<Object> set, List<Object> items) {
        for (Object item : items) {
            guardHash(item);
            set.add(item);
        }
        return set;
    }

    private void guardHash(@Nullable Object key) {
        Hashable.require(key);
        budget.chargeWalk(key);
    }
}
