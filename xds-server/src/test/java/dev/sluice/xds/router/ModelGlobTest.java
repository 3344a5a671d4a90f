package dev.sluice.xds.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelGlobTest {

  @ParameterizedTest
  @CsvSource({
    "qwen, qwen",
    "qwen*, qwen",
    "qwen*, qwen2.5-7b",
    "*, ''",
    "'', ''",
    "gpt-?, gpt-4",
    "meta/*, meta/llama",
    "*/*, meta/llama",
    "[a-c]*, bert",
    "[^a-c]*, qwen",
    "a.b, a.b",
    "a\\*, a*",
    "[\\]x], ]",
    "(x|y), (x|y)",
  })
  void takesWhatGoTakes(String glob, String model) {
    assertThat(Pattern.matches(ModelGlob.regex(glob), model)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "qwen, qwen2",
    "qwen*, Qwen",
    "*, meta/llama",
    "meta/*, meta/llama/8b",
    "?, /",
    "gpt-?, gpt-",
    "[a-c]*, qwen",
    "[^a-c]*, bert",
    "a.b, axb",
    "a\\*, ab",
    "(x|y), x",
  })
  void refusesWhatGoRefuses(String glob, String model) {
    assertThat(Pattern.matches(ModelGlob.regex(glob), model)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[]", "[a", "[a-", "[a-]", "[-a]", "a\\", "[^]"})
  void malformedGlobSaysWhatIsAccepted(String glob) {
    assertThatThrownBy(() -> ModelGlob.regex(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"" + glob + "\" (expected: a glob as of Go's path.Match, like qwen* or [a-c]*)");
  }

  @Test
  void literalModelIdIsAGlobForItselfAlone() {
    String glob = Match.literal("odd*[id]?\\");

    assertThat(Pattern.matches(ModelGlob.regex(glob), "odd*[id]?\\")).isTrue();
    assertThat(Pattern.matches(ModelGlob.regex(glob), "oddX[id]?\\")).isFalse();
  }
}
