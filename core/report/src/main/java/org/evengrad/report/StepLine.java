package org.evengrad.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A step's line of the metrics, read token by token: a long run has gigabytes of them, and building
 * a tree for each takes several times as long. Reused from line to line.
 */
final class StepLine {
    /** Stands for a number that the line does not have. */
    static final double ABSENT = Double.NEGATIVE_INFINITY;

    private final Map<String, Integer> tensors;
    private final double[][] norms;
    private final List<GuardAction> guards = new ArrayList<>();
    private long step;
    private int epoch;
    private double loss;
    private double learningRate;

    /** A guard's action. */
    record GuardAction(String guard, String action, String reason) {}

    StepLine(Map<String, Integer> tensors) {
        this.tensors = tensors;
        norms = new double[Measure.values().length][tensors.size()];
    }

    /** Reads a whole line; the parser stands before its first token. */
    void read(JsonParser parser) throws IOException {
        step = 0;
        epoch = 0;
        loss = ABSENT;
        learningRate = ABSENT;
        guards.clear();
        for (double[] values : norms) {
            Arrays.fill(values, ABSENT);
        }
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "step" -> step = parser.getValueAsLong();
                case "epoch" -> epoch = parser.getValueAsInt();
                case "loss" -> loss = number(parser);
                case "learningRate" -> learningRate = number(parser);
                case "guards" -> readGuards(parser);
                default -> readNorms(key, parser);
            }
        }
    }

    private void readNorms(String key, JsonParser parser) throws IOException {
        for (Measure measure : Measure.values()) {
            if (measure.key().equals(key) && parser.currentToken() == JsonToken.START_OBJECT) {
                double[] values = norms[measure.ordinal()];
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    Integer tensor = tensors.get(parser.currentName());
                    parser.nextToken();
                    if (tensor != null) {
                        values[tensor] = number(parser);
                    }
                    parser.skipChildren();
                }
                return;
            }
        }
        parser.skipChildren();
    }

    private void readGuards(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            String guard = "";
            String action = "";
            String reason = "";
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "guard" -> guard = parser.getValueAsString("");
                    case "action" -> action = parser.getValueAsString("");
                    case "reason" -> reason = parser.getValueAsString("");
                    default -> parser.skipChildren();
                }
            }
            guards.add(new GuardAction(guard, action, reason));
        }
    }

    /** The metrics write a non-finite number as null. */
    private static double number(JsonParser parser) throws IOException {
        return parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN;
    }

    long step() {
        return step;
    }

    int epoch() {
        return epoch;
    }

    /** NaN if non-finite, {@link #ABSENT} if not there. */
    double loss() {
        return loss;
    }

    double learningRate() {
        return learningRate;
    }

    /** By tensor: NaN if non-finite, {@link #ABSENT} if not there. */
    double[] norms(Measure measure) {
        return norms[measure.ordinal()];
    }

    List<GuardAction> guards() {
        return guards;
    }

    /** Whether the loss or a gradient is not a finite number. */
    boolean nonFinite() {
        if (Double.isNaN(loss)) {
            return true;
        }
        for (double norm : norms(Measure.BEFORE_GUARDS)) {
            if (Double.isNaN(norm)) {
                return true;
            }
        }
        return false;
    }
}
