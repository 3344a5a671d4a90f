package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.loop.Event;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ObjectiveRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a person sees, in a real browser. */
class PageIT extends InABrowser {

  private static final int PHONE = 390;

  private static final String FORM = "document.getElementById('override-form')";

  @Test
  void whoAsksWhyTrafficMovedFindsTheServiceItsSharesAndTheDecision() throws Exception {
    try (PageStage stage = new PageStage(TWO)) {
      stage.goOn(Duration.ofMinutes(10), CALM);
      stage.goOn(Duration.ofMinutes(5), BURNS);
      stage.post(
          new Event.BudgetsRead(
              Map.of(
                  new ObjectiveRef("default", "gpu-a-errors"),
                  new BudgetLeft.Known(PageStage.START, -0.4),
                  new ObjectiveRef("default", "gpu-b-errors"),
                  new BudgetLeft.Known(PageStage.START, 0.634))));
      stage.hold(
          new HeldAgent(
              "agents/coder", "sluice", Optional.of(PageStage.START.plusSeconds(3600)), List.of()));

      browser.open(stage.url(), DESK, "light");
      browser.await("document.querySelectorAll('.strip svg').length === 2");

      assertThat(browser.text("h1")).isEqualTo("1 of 2 services breached");
      assertThat(browser.text("#moved")).contains("Traffic last moved", "default/chat", "gpu-a");
      assertThat(browser.text("#services tbody tr.s-Breached"))
          .contains("gpu-a", "Breached", "50×", "−40%");
      assertThat(browser.text("#services tbody tr.calm")).contains("63%");
      browser.evaluate("document.querySelector('tr.s-Breached details').open = true");
      assertThat(browser.text("#services tbody tr.s-Breached details"))
          .contains("default/gpu-a-errors: budget overspent by 40%; fast alert firing");
      assertThat(browser.text("#changes")).contains("WithinBudget → Breached", "gpu-a 50% →");
      assertThat(browser.text("#holds")).contains("agents/coder");
      assertThat(browser.evaluate("document.querySelector('.strip svg').ariaLabel").asText())
          .contains("Wanted 50% from");
      browser.screenshot(DESK, SHOTS.resolve("breached.png"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void whoHasTheTokenOverridesAVerdictAndTakesItBack() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret");
    try (PageStage stage = new PageStage(TWO, token)) {
      stage.goOn(Duration.ofMinutes(1), CALM);
      browser.open(stage.url(), DESK, "light");
      browser.awaitText("All 2 services are within budget");

      openOverride();
      browser.evaluate(FORM + ".requestSubmit()");
      assertThat(browser.evaluate("document.getElementById('override').open").asBoolean())
          .as("a reason and a token are missing")
          .isTrue();
      fillIn("wrong");
      browser.awaitText("Authorization: not our token");
      browser.screenshot(DESK, SHOTS.resolve("override.png"));
      fillIn("secret");
      browser.awaitText("default/gpu-a is breached by hand until");
      browser.awaitText("1 of 2 services breached");

      assertThat(browser.text("#services tbody tr.s-Breached"))
          .contains("overridden by hand until", "(node 7 drains)", "By hand until");
      assertThat(browser.evaluate("document.getElementById('override').open").asBoolean())
          .isFalse();

      openOverride();
      browser.evaluate("document.getElementById('override-back').click()");
      browser.awaitText("All 2 services are within budget");
      // The refused try is in the console, as the browser says it.
      assertThat(browser.complaints()).hasSize(1).allMatch(words -> words.contains("401"));
    }
  }

  private void openOverride() {
    browser.evaluate("document.querySelector('#services tbody tr details').open = true");
    browser.evaluate(
        "[...document.querySelectorAll('#services tbody tr button')]"
            + ".find(one => one.textContent === 'Override…').click()");
  }

  private void fillIn(String token) {
    browser.evaluate(
        "(() => { const f = %s; f.elements.reason.value = 'node 7 drains';".formatted(FORM)
            + " f.elements.token.value = '%s'; f.requestSubmit(); })()".formatted(token));
  }

  @Test
  void withoutATokenFileThePageOffersNoOverride() throws Exception {
    try (PageStage stage = new PageStage(TWO)) {
      stage.goOn(Duration.ofMinutes(1), CALM);
      browser.open(stage.url(), DESK, "light");
      browser.awaitText("All 2 services are within budget");

      assertThat(browser.evaluate("document.body.textContent").asText())
          .contains("Read-only.", "kubectl annotate inferenceservice gpu-a");
      assertThat(
              browser
                  .evaluate(
                      "[...document.querySelectorAll('button')]"
                          + ".some(one => one.textContent === 'Override…')")
                  .asBoolean())
          .isFalse();
    }
  }

  @Test
  void aPhoneNeedsNoSidewaysScrollingAndDarkModeIsDark() throws Exception {
    try (PageStage stage = new PageStage(TWO)) {
      stage.goOn(Duration.ofMinutes(1), BURNS);

      browser.open(stage.url(), PHONE, "dark");
      browser.await("document.querySelectorAll('.strip svg').length === 2");

      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(PHONE);
      assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor").asText())
          .isEqualTo("rgb(22, 23, 25)");
      browser.screenshot(PHONE, SHOTS.resolve("phone.png"));
    }
  }

  @Test
  void namesAndWordsAreTextWhateverTheyLookLike() throws Exception {
    String image = "<img src=x onerror=alert(1)>";
    String broken =
        """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: InferenceService
        metadata: {name: hurt, annotations: {sluice.dev/override: '%s'}}
        """
            .formatted(image);
    try (PageStage stage = new PageStage(TWO + broken)) {
      stage.goOn(Duration.ofMinutes(1), CALM);
      stage.prometheusFails("connection refused by " + image);

      browser.open(stage.url(), DESK, "light");
      browser.awaitText("connection refused by <img");

      assertThat(browser.text("#problems")).contains("<img src=x");
      assertThat(browser.evaluate("document.images.length").asInt()).isZero();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void aSilentSluiceIsSaidAndWhatItSaidLastStays() throws Exception {
    try (PageStage stage = new PageStage(TWO)) {
      stage.goOn(Duration.ofMinutes(1), CALM);
      browser.open(stage.url(), DESK, "light");
      browser.awaitText("All 2 services are within budget");

      stage.stop();

      browser.awaitText("Sluice doesn’t answer since");
      assertThat(browser.text("#services tbody")).contains("gpu-a");
    }
  }

  @Test
  void aThousandServicesAreShownAndFiltered() throws Exception {
    String manifests =
        IntStream.range(0, 1000)
            .mapToObj(number -> PageStage.service("svc-%04d".formatted(number)))
            .collect(Collectors.joining());
    Map<String, Double> burns = new TreeMap<>();
    IntStream.range(0, 1000).forEach(number -> burns.put("svc-%04d".formatted(number), 0.1));
    burns.put("svc-0777", 50.0);
    try (PageStage stage = new PageStage(manifests)) {
      stage.goOn(Duration.ofSeconds(30), burns);
      browser.open(stage.url(), DESK, "light");
      browser.awaitText("1 of 1000 services breached");

      assertThat(browser.text("#services tbody tr")).contains("svc-0777");
      browser.evaluate("document.getElementById('services-more').click()");
      browser.await("document.querySelectorAll('#services tbody tr').length === 1000");
      browser.evaluate(
          "const f = document.getElementById('filter'); f.value = 'svc-0042';"
              + " f.dispatchEvent(new Event('input'))");
      browser.await("document.querySelectorAll('#services tbody tr').length === 1");

      assertThat(browser.text("#services tbody")).contains("svc-0042");
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
