// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Passes events to listeners on the thread that posts them. A listener must be quick and must not throw. */
public final class EventBus {
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    /** Makes a bus that nobody listens to. */
    public EventBus() {}

    /**
     * Adds a listener.
     *
     * @param listener hears of all later events
     * @return removes it again
     */
    public Runnable listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Passes an event to all listeners, on this thread.
     *
     * @param event what happened
     */
    public void post(Event event) {
        for (Consumer<Event> listener : listeners) {
            listener.accept(event);
        }
    }
}
