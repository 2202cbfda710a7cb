package org.evengrad.engine.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Source.Text;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * A text in UTF-8 as symbols: its different characters, in the order of their code points. Row
 * {@code r} is window {@code r} of windows that do not overlap, and the target of each step is the
 * character after it. What is left at the end of the text, shorter than a window, is dropped.
 */
final class TextData {
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private TextData() {}

    /**
     * Reads the file.
     *
     * @param knownClasses the characters that a model knows; empty when they follow from the text
     * @throws InvalidInputException if the file is no text in UTF-8, too short, or has characters
     *     that the model does not know
     */
    static Dataset read(Text source, List<String> knownClasses) {
        InputFile file = new InputFile("data.file", source.file());
        InputFile.require(file);
        int[] characters = characters(file);
        int steps = source.sequenceLength();
        int windows = (characters.length - 1) / steps;
        if (windows < 1) {
            throw new InvalidInputException(
                    Problem.inFile(
                            source.file(),
                            characters.length == 0
                                    ? "is empty"
                                    : String.format(
                                            "has %d characters, too few for a window of %d and the"
                                                    + " character after it (data.sequence-length)",
                                            characters.length, steps)));
        }
        List<String> classes =
                knownClasses.isEmpty()
                        ? Arrays.stream(characters)
                                .distinct()
                                .sorted()
                                .mapToObj(Character::toString)
                                .toList()
                        : knownClasses;
        int[] symbols = symbols(source.file(), characters, classes);
        return new Dataset(
                new Windows(symbols, windows, steps, 0),
                List.of(1, steps),
                classes.size(),
                Optional.empty(),
                new Windows(symbols, windows, steps, 1),
                steps,
                Task.CLASSIFICATION,
                classes,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The code points, without a byte order mark. */
    private static int[] characters(InputFile file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file.path());
        } catch (IOException error) {
            throw file.unreadable(error);
        } catch (OutOfMemoryError error) {
            throw new InvalidInputException(
                    Problem.inFile(file.path(), "does not fit into memory; give it with -Xmx"));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new InvalidInputException(
                    Problem.at(
                            file.path(),
                            line,
                            0,
                            String.format(
                                    "the byte 0x%02x is not UTF-8; save the text as UTF-8",
                                    bytes[in.position()] & 0xff)));
        }
        int[] characters = out.flip().codePoints().toArray();
        boolean marked = characters.length > 0 && characters[0] == BYTE_ORDER_MARK;
        return marked ? Arrays.copyOfRange(characters, 1, characters.length) : characters;
    }

    private static int[] symbols(Path file, int[] characters, List<String> classes) {
        Map<Integer, Integer> indices = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            indices.put(classes.get(i).codePointAt(0), i);
        }
        int[] symbols = new int[characters.length];
        int line = 1;
        for (int i = 0; i < symbols.length; i++) {
            Integer index = indices.get(characters[i]);
            if (index == null) {
                throw new InvalidInputException(
                        Problem.at(
                                file,
                                line,
                                0,
                                String.format(
                                        "the model does not know the character '%s' (U+%04X)",
                                        Character.toString(characters[i]), characters[i])));
            }
            symbols[i] = index;
            line += characters[i] == '\n' ? 1 : 0;
        }
        return symbols;
    }

    /**
     * Windows over symbols.
     *
     * @param symbols of the whole text
     * @param rows how many windows
     * @param width symbols in a window
     * @param offset where the first window begins
     */
    private record Windows(int[] symbols, int rows, int width, int offset) implements FloatTable {
        @Override
        public float get(int row, int column) {
            return symbols[offset + row * width + column];
        }

        @Override
        public void read(int row, float[] out, int at) {
            for (int column = 0; column < width; column++) {
                out[at + column] = get(row, column);
            }
        }
    }
}
