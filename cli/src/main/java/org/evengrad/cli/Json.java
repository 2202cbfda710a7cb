package org.evengrad.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.config.problem.Problem;

/** The JSON that commands print. Only commands that print some load the library for it. */
final class Json {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** One object, or list, as indented text. */
    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@code { "errors": [ { file, line, key, message } ] }}; what is unknown is null. */
    static String errors(List<Problem> problems) {
        return text(Map.of("errors", list(problems)));
    }

    /** The problems as objects, for a result that reports some beside other things. */
    static List<Map<String, Object>> list(List<Problem> problems) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Problem problem : problems) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("file", problem.file());
            object.put("line", problem.line() > 0 ? problem.line() : null);
            object.put("key", problem.key());
            object.put("message", problem.message());
            list.add(object);
        }
        return list;
    }
}
