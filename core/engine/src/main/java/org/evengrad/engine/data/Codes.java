package org.evengrad.engine.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Texts as numbers from 0, in the order in which they first came. */
final class Codes {
    private static final int FIRST_CAPACITY = 256;

    private final Map<String, Integer> codeOf = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private int[] codes = new int[FIRST_CAPACITY];
    private int size;

    void add(String text) {
        if (size == codes.length) {
            codes = Arrays.copyOf(codes, Math.multiplyExact(size, 2));
        }
        Integer known = codeOf.putIfAbsent(text, texts.size());
        codes[size++] = known == null ? texts.size() : known;
        if (known == null) {
            texts.add(text);
        }
    }

    /** The different texts, in the order of their codes. */
    List<String> texts() {
        return texts;
    }

    /** The codes of all texts that were added. */
    int[] codes() {
        return Arrays.copyOf(codes, size);
    }
}
