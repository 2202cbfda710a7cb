package org.evengrad.config;

import static org.evengrad.config.ConfigFixture.MINIMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.evengrad.config.plugins.Samples;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigMessagesTest {
    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    @Test
    void reportsAllProblemsAtOnceInTheOrderOfLines() throws Exception {
        assertEquals(
                """
                data.source (net.conf: 1): must be one of iris, csv, sequence-csv, text, idx, image-folder, blobs, circles, spirals, shapes, linear, adding-problem, copy-memory, not the text "irs". Did you mean iris?
                data.batch-size (net.conf: 1): must be in [1, inf), not 0
                optimizer.learnin-rate (net.conf: 4): unknown option of optimizer 'adam'. Did you mean learning-rate? Options: learning-rate, beta1, beta2
                optimizer.beta1 (net.conf: 5): option beta1 of optimizer 'adam' must be in [0, 1), not 1
                optimzer (net.conf: 7): unknown key. Did you mean optimizer? Keys: name, seed, data, model, initializer, bias-initializer, activation, optimizer, scheduler, guards, training, health
                training.keep (net.conf: 8): must be one of last, best, not the text "bst". Did you mean best?
                """,
                configs.refusal(
                        """
                        data { source = irs, batch-size = 0 }
                        model { layers = [ { dense = 4 } ] }
                        optimizer { use = adam
                          learnin-rate = 0.1
                          beta1 = 1
                        }
                        optimzer = sgd
                        training { keep = bst }
                        """));
    }

    @Test
    void refusesValuesOfTheWrongType() throws Exception {
        assertEquals(
                """
                data.batch-size (net.conf: 1): must be a whole number, not the number 1.5
                data.shuffle (net.conf: 1): must be true or false, not the text "yes"
                model.layers (net.conf: 2): must be a list [ … ], not an object { … }
                model.l1 (net.conf: 2): must be a number, not the text ".5"; write 0.5
                model.l2 (net.conf: 2): must be a number, not the text "0.5"; write 0.5 without quotes
                name (net.conf: 3): must be a text, not the number 7; put it in quotes
                seed (net.conf: 4): must be a whole number, not the number 1.0E19; it is too large
                activation (net.conf: 5): must be the name of an activation, or { use = NAME, … }; not a list [ … ]
                optimizer.learning-rate (net.conf: 6): must be a number below 1.8e308
                guards (net.conf: 7): must be a list [ … ], not the text "nonfinite"; write [ nonfinite ]
                training (net.conf: 8): must be an object { … }, not the number 5
                """,
                configs.refusal(
                        """
                        data { source = iris, batch-size = 1.5, shuffle = yes }
                        model { layers { dense = 4 }, l1 = .5, l2 = "0.5" }
                        name = 7
                        seed = 1e19
                        activation = [ relu ]
                        optimizer { use = adam, learning-rate = 1e400 }
                        guards = nonfinite
                        training = 5
                        """));
    }

    @Test
    void refusesNumbersOutOfRange() throws Exception {
        assertEquals(
                """
                data.samples (net.conf: 1): must be in [1, inf), not 0
                data.noise (net.conf: 1): must be in [0, inf), not -0.1
                data.factor (net.conf: 1): must be in (0, 1), not 1
                data.test (net.conf: 1): a part of the rows is a fraction such as 0.2 or a count such as 500, not 1.5
                model.layers.0.dense (net.conf: 2): must be in [1, inf), not 0
                model.layers.0.l1 (net.conf: 2): must be in [0, inf), not -1
                model.layers.0.repeat (net.conf: 2): must be in [1, inf), not 0
                model.output.units (net.conf: 2): must be in [1, inf), not 0
                model.l2 (net.conf: 2): must be in [0, inf), not -1
                optimizer.learning-rate (net.conf: 3): option learning-rate of optimizer 'adam' must be in (0, inf), not -0.001
                training.epochs (net.conf: 4): must be in [1, inf), not 0
                training.threads (net.conf: 4): must be in [1, inf), not 0
                training.early-stop.patience (net.conf: 4): must be in [1, inf), not 0
                training.checkpoint-every (net.conf: 4): must be in (0, inf), not 0 steps
                """,
                configs.refusal(
                        """
                        data { source = circles, samples = 0, noise = -0.1, factor = 1, test = 1.5 }
                        model { layers = [ { dense = 0, l1 = -1, repeat = 0 } ], l2 = -1, output { units = 0 } }
                        optimizer { use = adam, learning-rate = -0.001 }
                        training { epochs = 0, threads = 0, early-stop { patience = 0 }, checkpoint-every = 0 steps }
                        """));
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertEquals(
                """
                data.source (net.conf): missing; must be one of iris, csv, sequence-csv, text, idx, image-folder, blobs, circles, spirals, shapes, linear, adding-problem, copy-memory
                model.layers (net.conf): missing; a model has one of layers, preset, dl4j, keras
                """,
                configs.refusal(""));
        assertEquals(
                """
                data.file (net.conf: 1): missing; must be a path
                optimizer.inner (net.conf: 3): missing; optimizer 'lookahead' needs it
                guards.1.use (net.conf: 4): missing; must be the name of a guard
                """,
                configs.refusal(
                        """
                        data { source = csv }
                        model.layers = []
                        optimizer = lookahead
                        guards = [ nonfinite, { max-norm = 1 } ]
                        """));
    }

    @Test
    void wantsExactlyOneTypeForALayer() throws Exception {
        assertEquals(
                """
                model.layers.0.dens (net.conf: 3): unknown layer type 'dens'. Did you mean dense? Types: dense, conv, depthwise-conv, max-pool, avg-pool, global-avg-pool, batch-norm, layer-norm, dropout, lstm, gru, simple-rnn, embedding, residual, dense-block, squeeze-excite
                model.layers.2.layernorm (net.conf: 5): unknown layer type 'layernorm'. Did you mean layer-norm? Types: dense, conv, depthwise-conv, max-pool, avg-pool, global-avg-pool, batch-norm, layer-norm, dropout, lstm, gru, simple-rnn, embedding, residual, dense-block, squeeze-excite
                model.layers.3 (net.conf: 6): a layer needs a type. Types: dense, conv, depthwise-conv, max-pool, avg-pool, global-avg-pool, batch-norm, layer-norm, dropout, lstm, gru, simple-rnn, embedding, residual, dense-block, squeeze-excite
                model.layers.4 (net.conf: 7): a layer has exactly one type, not conv and dense
                model.layers.5.unit (net.conf: 8): unknown key of layer 'dense'. Keys: dense, activation, initializer, l1, l2, repeat
                model.layers.6.activation (net.conf: 9): no activation 'rleu' is installed. Did you mean relu? Installed activations: leaky-relu, relu. For another, add the jar that holds it to plugins/ or pass --plugins DIR
                model.layers.7 (net.conf: 10): must be an object { … }, not the number 64
                """,
                configs.refusal(
                        """
                        data { source = iris }
                        model.layers = [
                          { dens = 64 }
                          { conv = 32, kernel = 5 }
                          { layernorm = true }
                          { repeat = 3 }
                          { dense = 3, conv = 2 }
                          { dense = 3, unit = 2 }
                          { dense = 3, activation = rleu }
                          64
                        ]
                        """));
    }

    @Test
    void listsTheKeysOfTheChosenSource() throws Exception {
        assertEquals(
                """
                data.classes (net.conf: 1): unknown key of data. Keys: source, samples, noise, factor, batch-size, train, validation, test, split, shuffle, augment, normalize-targets
                data.sample (net.conf: 1): unknown key of data. Did you mean samples? Keys: source, samples, noise, factor, batch-size, train, validation, test, split, shuffle, augment, normalize-targets
                """,
                configs.refusal(
                        "data { source = circles, sample = 9, classes = 3 }\nmodel.layers = []"));
    }

    @Test
    void refusesWhatContradictsItself() throws Exception {
        assertEquals(
                """
                data.test-fraction (net.conf: 1): test and test-fraction are the same; keep one
                training.steps (net.conf: 4): epochs and steps are both given; keep one of them
                """,
                configs.refusal(
                        """
                        data { source = iris, test = 0.1, test-fraction = 0.2 }
                        model.layers = []
                        training { epochs = 3
                          steps = 5 }
                        """));
        assertEquals(
                "data (net.conf: 1): train and test add up to more than all rows\n",
                configs.refusal(
                        "data { source = iris, train = 0.9, test = 0.2 }\n" + "model.layers = []"));
        assertEquals(
                "training.keep (net.conf: 3): best needs validation rows; data.validation is 0\n",
                configs.refusal(
                        """
                        data { source = iris, validation = 0 }
                        model.layers = []
                        training { keep = best }
                        """));
        assertEquals(
                "training.early-stop (net.conf: 3): needs validation rows; data.validation is 0\n",
                configs.refusal(
                        """
                        data { source = iris, validation = 0 }
                        model.layers = []
                        training { early-stop { patience = 3 } }
                        """));
    }

    @Test
    void printsWhatAStrategySaysAboutItsOptions() throws Exception {
        assertEquals(
                "scheduler (net.conf: 3): scheduler 'cosine': warmup is longer than training\n",
                configs.refusal(MINIMAL + "scheduler { use = cosine, warmup = 200% }"));
    }

    @Test
    void namesThePlaceOfANestedStrategy() throws Exception {
        assertEquals(
                """
                optimizer.inner.learning-rate (net.conf: 5): option learning-rate of optimizer 'sgd' must be in (0, inf), not 0
                guards.0.guards.1.max-norm (net.conf: 7): option max-norm of guard 'clip-global-norm' must be in (0, inf), not -1
                """,
                configs.refusal(
                        MINIMAL
                                + """
                                optimizer {
                                  use = lookahead
                                  inner { use = sgd, learning-rate = 0 }
                                }
                                guards = [ { use = chain, guards = [ nonfinite, { use = clip-global-norm, max-norm = -1 } ] } ]
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5|the number 5",
                "5 step%|the text \"5 step%\"",
                "-5%|the text \"-5%\"",
                "half|the text \"half\"",
                "5 hours|the text \"5 hours\""
            })
    void refusesWhatIsNoSpan(String text, String found) throws Exception {
        assertEquals(
                "scheduler.warmup (net.conf: 3): must be a span such as 5%, 500 steps or 2 epochs,"
                        + " not "
                        + found
                        + "\n",
                configs.refusal(MINIMAL + "scheduler { use = cosine, warmup = " + text + " }"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "patience = 90|patience (net.conf: 3): must be a duration such as 90s, 2m or 1h,"
                        + " not the number 90",
                "patience = 3h|patience (net.conf: 3): option patience of scheduler 'everything'"
                        + " must be in [0, 7200], not 10800s",
                "warmup = 2000 steps|warmup (net.conf: 3): option warmup of scheduler 'everything'"
                        + " must be in [0, 1000], not 2000 steps",
                "milestones = [0.5, 2]|milestones.1 (net.conf: 3): option milestones of scheduler"
                        + " 'everything' must be in [0, 1], not 2",
                "milestones = [0.5, x]|milestones.1 (net.conf: 3): must be a number, not the text"
                        + " \"x\"",
                "mode = fanin|mode (net.conf: 3): must be one of fan-in, fan-out, true, not the"
                        + " text \"fanin\". Did you mean fan-in?",
                "count = 3000000000|count (net.conf: 3): must be a whole number, not the number"
                        + " 3000000000; it is too large",
                "flag = \"true\"|flag (net.conf: 3): must be true or false, not the text \"true\"",
                "label = true|label (net.conf: 3): must be a text, not true; put it in quotes",
                "limit = -inf|limit (net.conf: 3): option limit of scheduler 'everything' must be"
                        + " in [0, inf], not -inf",
                "limit = {}|limit (net.conf: 3): must be a number, not an object { … }"
            })
    void refusesAnOptionThatItsTypeDoesNotAllow(String option, String message) throws Exception {
        assertEquals(
                "scheduler." + message + "\n",
                configs.refusal(MINIMAL + "scheduler { use = everything, " + option + " }"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "file = C:\\data|2: unexpected ':'; if it is part of a text, put it in quotes",
                "file = a[0].csv|2: a text and a list or an object stand side by side; if it is"
                        + " part of a text, put it in quotes",
                "file = *.csv|2: unexpected '*'; if it is part of a text, put it in quotes",
                "file = what?|2: unexpected '?'; if it is part of a text, put it in quotes",
                "file = a\\b|2: unexpected '\\'; if it is part of a text, put it in quotes",
                "label = col#1|2: a comment starts here; if it is part of a text, put that in"
                        + " quotes, else put a space before it",
                "file = data//mnist|2: a comment starts here; if it is part of a text, put that in"
                        + " quotes, else put a space before it",
                "layers = [ { dense = 8 } { dense = 4 } ]|2: '} {' merges two objects into one; put"
                        + " a comma between them",
                "label = $x|2: '$' not followed by {, 'x' not allowed after '$'; if it is part of a"
                        + " text, put it in quotes",
                "label = a,b|2: key 'b' has no value; if it is part of a text, put it in quotes",
                "= 3|2: a key is expected here, not '='",
                "a {|2: a key is expected here, not end of file; is a } missing?",
                "label = \"abc|2: End of input but string quote was still open",
                "a..b = 1|2: path has a leading, trailing, or two adjacent period '.' (use quoted"
                        + " \"\" empty string if you want an empty element)"
            })
    void saysInOneLineWhatIsNoHocon(String line, String message) throws Exception {
        assertEquals("net.conf:" + message + "\n", configs.refusal("seed = 1\n" + line));
    }

    @Test
    void reportsEveryBadInclude() throws Exception {
        configs.write("sub/loop.conf", "# comment\ninclude \"../net.conf\"");
        configs.write("sub/bad.conf", "\n\nx = a:b");
        assertEquals(
                """
                net.conf:1: include "nowhere": there is no file nowhere
                net.conf:2: include "http://localhost/x.conf": including a URL is not allowed
                net.conf:3: include "x.conf": including from the class path is not supported; name a file
                sub/bad.conf:3: unexpected ':'; if it is part of a text, put it in quotes
                sub/loop.conf:2: include "../net.conf": the file includes itself
                """,
                configs.refusal(
                        """
                        include "nowhere"
                        include url("http://localhost/x.conf")
                        include classpath("x.conf")
                        include "sub/loop"
                        include file("sub/bad.conf")
                        """));
    }

    @Test
    void namesTheIncludedFileOfAProblem() throws Exception {
        configs.write("sub/base.conf", "\n\noptimizer { use = adam, beta3 = 1 }");
        assertEquals(
                """
                seed (net.conf: 4): must be a whole number, not the text "x"
                optimizer.beta3 (sub/base.conf: 3): unknown option of optimizer 'adam'. Did you mean beta1? Options: learning-rate, beta1, beta2
                """,
                configs.refusal(MINIMAL + "include \"sub/base.conf\"\nseed = x"));
    }

    @Test
    void reportsReferencesToNothing() throws Exception {
        assertEquals(
                """
                name (net.conf: 3): ${NO_SUCH_NAME} is neither a key of this configuration nor an environment variable
                guards.0.max-norm (net.conf: 4): ${no.such.key} is neither a key of this configuration nor an environment variable
                """,
                configs.refusal(
                        MINIMAL
                                + """
                                name = ${NO_SUCH_NAME}-x
                                guards = [ { use = clip-global-norm, max-norm = ${no.such.key} } ]
                                """));
    }

    @Test
    void reportsReferencesInACircle() throws Exception {
        assertEquals(
                "net.conf:2: Could not resolve substitution to a value: ${seed} was part of a cycle"
                        + " of substitutions involving ${name}, ${seed}, ${name}\n",
                configs.refusal("seed = ${name}\nname = ${seed}"));
    }

    @Test
    void refusesANameThatIsNoFolder() throws Exception {
        for (String name : new String[] {"a/b", "", " ", "..", "-x", "a."}) {
            assertEquals(
                    "name (net.conf: 3): must be usable as a folder's name: letters, digits,"
                            + " spaces, '_', '-' and '.', beginning with a letter or digit; not \""
                            + name
                            + "\"\n",
                    configs.refusal(MINIMAL + "name = \"" + name + "\""));
        }
    }

    @Test
    void refusesAFileThatCannotBeRead() throws Exception {
        ConfigLoader loader = new ConfigLoader(Samples.registry());
        Path absent = Path.of("no-such-folder/net.conf");
        assertEquals(
                "no-such-folder/net.conf: there is no such file",
                assertThrows(InvalidInputException.class, () -> loader.load(absent, Map.of()))
                        .getMessage()
                        .replace('\\', '/'));
        assertEquals(
                folder + ": is not a file",
                assertThrows(InvalidInputException.class, () -> loader.load(folder, Map.of()))
                        .getMessage());
        Path binary = folder.resolve("binary.conf");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertEquals(
                binary + ": cannot be read as UTF-8 text: Input length = 1",
                assertThrows(InvalidInputException.class, () -> loader.load(binary, Map.of()))
                        .getMessage());
    }

    @Test
    void survivesAnyCutOfAFile() throws Exception {
        String whole = ConfigLoader.starter().replaceAll("(?m)#.*$", "").replaceAll("\\s+\n", "\n");
        for (int length = 0; length < whole.length(); length++) {
            try {
                configs.load(whole.substring(0, length));
            } catch (InvalidInputException refused) {
                // Whatever is wrong is said as problems, never as another exception.
            }
        }
    }

    @Test
    void refusesClassWeightsThatCannotBe() throws Exception {
        assertEquals(
                "training.class-weights (net.conf: 3): must be one of none, balanced, not the text"
                        + " \"balance\". Did you mean balanced?\n",
                configs.refusal(ConfigFixture.MINIMAL + "training.class-weights = balance"));
        assertEquals(
                "training.class-weights (net.conf: 3): must be one of none, balanced, or a list [ …"
                        + " ]; not the number 2\n",
                configs.refusal(ConfigFixture.MINIMAL + "training.class-weights = 2"));
        assertEquals(
                "training.class-weights.1 (net.conf: 3): must be in [0, inf), not -1\n",
                configs.refusal(ConfigFixture.MINIMAL + "training.class-weights = [1, -1]"));
        assertEquals(
                "training.class-weights (net.conf: 3): some class needs a weight above 0\n",
                configs.refusal(ConfigFixture.MINIMAL + "training.class-weights = [0, 0]"));
    }

    @Test
    void refusesLabelsThatCannotBe() throws Exception {
        assertEquals(
                "data.label (net.conf: 1): must be a text, or a list [ … ]; not the number 3\n",
                configs.refusal(csv("label = 3")));
        assertEquals(
                "data.label (net.conf: 1): needs at least one column, and none of them twice\n",
                configs.refusal(csv("label = [a, a]")));
        assertEquals(
                "data.label.1 (net.conf: 1): must be last, first or a name; not \" \"\n",
                configs.refusal(csv("label = [a, \" \"]")));
    }

    private static String csv(String keys) {
        return "data { source = csv, file = a.csv, " + keys + " }\nmodel.layers = []";
    }
}
