package org.evengrad.report;

import java.util.Map;
import org.evengrad.report.Metrics.GuardActivity;

/** What the guards did, a strip for each guard and action; the script paints the strips. */
final class GuardStrips {
    private static final Map<String, String> PAST =
            Map.of(
                    "scale", "scaled the gradient",
                    "transform", "rewrote the gradient",
                    "skip", "skipped the step",
                    "roll-back", "rolled back",
                    "stop", "stopped training",
                    "reset-optimizer", "reset the optimizer",
                    "scale-rate", "scaled the rate");

    private GuardStrips() {}

    static Markup of(Metrics metrics) {
        Markup html = new Markup();
        int index = 0;
        for (GuardActivity activity : metrics.guards()) {
            String title =
                    activity.guard()
                            + " "
                            + PAST.getOrDefault(activity.action(), activity.action());
            String share = share(activity.steps(), metrics.progress().recordedSteps());
            String span =
                    activity.first() == activity.last()
                            ? "at step " + Numbers.whole(activity.first())
                            : "first at step "
                                    + Numbers.whole(activity.first())
                                    + ", last at step "
                                    + Numbers.whole(activity.last());
            strip(html, index++, title, share + "; " + span, activity.reason());
        }
        long nonFinite = metrics.columns().nonFiniteSteps();
        if (nonFinite > 0) {
            strip(
                    html,
                    -1,
                    "Loss or gradient not finite",
                    share(nonFinite, metrics.progress().recordedSteps()),
                    "");
        }
        if (metrics.guards().isEmpty()) {
            html.element("p", "quiet", "No guard had to act.");
        }
        return html;
    }

    private static void strip(Markup html, int index, String title, String text, String reason) {
        html.raw("<div class=\"strip\"><p><b>").text(title).raw("</b> ").text(text);
        if (!reason.isBlank()) {
            html.raw("<br><span class=\"reason\">Last: ").text(reason).raw("</span>");
        }
        html.raw("</p><canvas role=\"img\" data-strip=\"" + index + "\" aria-label=\"")
                .text(title + ": " + text)
                .raw("\"></canvas></div>");
    }

    private static String share(long steps, long all) {
        return "in "
                + Numbers.whole(steps)
                + " of "
                + Numbers.count(all, "step")
                + " ("
                + Numbers.percent((double) steps / Math.max(1, all))
                + ")";
    }
}
