// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How values of one key become one result. A combiner may be changed in place and returned. The order in which values and
 * combiners of a key arrive is not promised.
 *
 * @param createCombiner makes a combiner of a key's first value
 * @param mergeValue adds a value to a combiner
 * @param mergeCombiners makes one combiner of two
 * @param <V> a value
 * @param <C> a combiner
 */
public record Aggregation<V, C>(
        Function<? super V, ? extends C> createCombiner,
        BiFunction<? super C, ? super V, ? extends C> mergeValue,
        BiFunction<? super C, ? super C, ? extends C> mergeCombiners) {}
