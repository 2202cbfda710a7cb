package org.evengrad.engine.step;

/**
 * What one step did, in arrays that are reused. Listeners read it during their call; the metrics
 * writer reads a copy that it owns.
 */
public final class StepRecord {
    private static final int ACTIONS_PER_GUARD = 6;

    /** How a step ended. */
    public enum Outcome {
        /** The parameters changed. */
        APPLIED,
        /** A guard dropped the step. */
        SKIPPED,
        /** A guard went back to a snapshot. */
        ROLLED_BACK,
        /** A guard ended training. */
        STOPPED
    }

    /** What a guard did. */
    public enum Action {
        /** Multiplied the gradient, or one tensor's. */
        SCALE("scale"),
        /** Multiplied the learning rate of the step. */
        SCALE_RATE("scale-rate"),
        /** Rewrote the gradient. */
        TRANSFORM("transform"),
        /** Dropped the step. */
        SKIP("skip"),
        /** Went back to a snapshot. */
        ROLL_BACK("roll-back"),
        /** Set the optimizer's memory to zero. */
        RESET_OPTIMIZER("reset-optimizer"),
        /** Ended training. */
        STOP("stop");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        /** The word that the metrics use. */
        public String word() {
            return word;
        }
    }

    private final double[] gradientNorm;
    private final double[] gradientNormAfterGuards;
    private final double[] updateRatio;
    private final int[] actionGuard;
    private final Action[] actionKind;
    private final int[] actionTensor;
    private final double[] actionFactor;
    private final String[] actionReason;

    private long step;
    private int epoch;
    private int rows;
    private double loss;
    private double learningRate;
    private Outcome outcome = Outcome.APPLIED;
    private int actions;
    private int firstNonFiniteTensor;

    /**
     * Room for the records of a model.
     *
     * @param tensors how many tensors it has
     * @param guards how many guards watch it
     */
    public StepRecord(int tensors, int guards) {
        gradientNorm = new double[tensors];
        gradientNormAfterGuards = new double[tensors];
        updateRatio = new double[tensors];
        int most = guards * (tensors + ACTIONS_PER_GUARD);
        actionGuard = new int[most];
        actionKind = new Action[most];
        actionTensor = new int[most];
        actionFactor = new double[most];
        actionReason = new String[most];
    }

    void start(long step, int epoch, int rows) {
        this.step = step;
        this.epoch = epoch;
        this.rows = rows;
        loss = Double.NaN;
        learningRate = 0;
        outcome = Outcome.APPLIED;
        actions = 0;
        firstNonFiniteTensor = -1;
        for (int t = 0; t < updateRatio.length; t++) {
            updateRatio[t] = 0;
        }
    }

    void loss(double value) {
        loss = value;
    }

    void learningRate(double value) {
        learningRate = value;
    }

    void outcome(Outcome value) {
        outcome = value;
    }

    void before(Statistics statistics) {
        for (int t = 0; t < gradientNorm.length; t++) {
            gradientNorm[t] = Math.sqrt(statistics.sumOfSquares(t));
            if (firstNonFiniteTensor < 0 && statistics.nonFinite(t) > 0) {
                firstNonFiniteTensor = t;
            }
        }
    }

    void after(Statistics statistics) {
        for (int t = 0; t < gradientNorm.length; t++) {
            gradientNormAfterGuards[t] = Math.sqrt(statistics.sumOfSquares(t));
        }
    }

    void updateRatio(int tensor, double ratio) {
        updateRatio[tensor] = ratio;
    }

    void action(int guard, Action kind, int tensor, double factor, String reason) {
        if (actions == actionGuard.length) {
            return;
        }
        actionGuard[actions] = guard;
        actionKind[actions] = kind;
        actionTensor[actions] = tensor;
        actionFactor[actions] = factor;
        actionReason[actions] = reason;
        actions++;
    }

    /** Takes over another record of the same model. */
    public void copyFrom(StepRecord other) {
        step = other.step;
        epoch = other.epoch;
        rows = other.rows;
        loss = other.loss;
        learningRate = other.learningRate;
        outcome = other.outcome;
        actions = other.actions;
        firstNonFiniteTensor = other.firstNonFiniteTensor;
        copy(other.gradientNorm, gradientNorm);
        copy(other.gradientNormAfterGuards, gradientNormAfterGuards);
        copy(other.updateRatio, updateRatio);
        System.arraycopy(other.actionGuard, 0, actionGuard, 0, actions);
        System.arraycopy(other.actionKind, 0, actionKind, 0, actions);
        System.arraycopy(other.actionTensor, 0, actionTensor, 0, actions);
        System.arraycopy(other.actionFactor, 0, actionFactor, 0, actions);
        System.arraycopy(other.actionReason, 0, actionReason, 0, actions);
    }

    private static void copy(double[] from, double[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    /** The step, counted from 1. */
    public long step() {
        return step;
    }

    /** The epoch, counted from 1. */
    public int epoch() {
        return epoch;
    }

    /** The examples in the batch. */
    public int rows() {
        return rows;
    }

    /** The mean loss of the batch before the step, without penalties. */
    public double loss() {
        return loss;
    }

    /** The learning rate of the step; 0 if it did not come to that. */
    public double learningRate() {
        return learningRate;
    }

    /** How the step ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** How many tensors the model has. */
    public int tensors() {
        return gradientNorm.length;
    }

    /** The L2 norm of a tensor's mean gradient, before the guards. */
    public double gradientNorm(int tensor) {
        return gradientNorm[tensor];
    }

    /** The L2 norm of a tensor's gradient after the guards, penalties not in it. */
    public double gradientNormAfterGuards(int tensor) {
        return gradientNormAfterGuards[tensor];
    }

    /**
     * The size of the update against that of the tensor: |update| / max(|w|, 1e-3·sqrt(size)); 0 in
     * a step that was not applied.
     */
    public double updateRatio(int tensor) {
        return updateRatio[tensor];
    }

    /** The first tensor whose gradient had a NaN or an infinity, or -1. */
    public int firstNonFiniteTensor() {
        return firstNonFiniteTensor;
    }

    /** Whether the loss and all of the gradient were finite. */
    public boolean isFinite() {
        return firstNonFiniteTensor < 0 && Double.isFinite(loss);
    }

    /** How many guard actions there were. */
    public int actions() {
        return actions;
    }

    /** The index in the chain of the guard behind an action. */
    public int actionGuard(int action) {
        return actionGuard[action];
    }

    /** What was done. */
    public Action actionKind(int action) {
        return actionKind[action];
    }

    /** The tensor that it was done to, or -1 for all. */
    public int actionTensor(int action) {
        return actionTensor[action];
    }

    /** The factor of a scale, the rate factor of a roll-back, else 1. */
    public double actionFactor(int action) {
        return actionFactor[action];
    }

    /** Why. */
    public String actionReason(int action) {
        return actionReason[action];
    }

    /** Whether a guard scaled or transformed the gradient. */
    public boolean clipped() {
        for (int i = 0; i < actions; i++) {
            if (actionKind[i] == Action.SCALE || actionKind[i] == Action.TRANSFORM) {
                return true;
            }
        }
        return false;
    }
}
