"""PyTorch from Python, in the race: takes steps when it is told to.

    python race.py MODEL FOLDER THREADS single|foreach|fused

Speaks the same lines as the other contestants, see Turns.java. Each step reads the norms of all
gradients, computed once and used for clipping too.
"""

import struct
import sys
import time

import torch
from torch import nn
from torch.nn import functional

SYMBOLS, STEPS, BLOCKS = 64, 50, 20
BATCHES = {"mlp": 64, "cnn": 64, "residual": 64, "lstm": 32, "tiny": 32, "wide": 256}


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)

    def forward(self, x):
        return x + self.second(torch.relu(self.first(x)))


class Recurrent(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.lstm = nn.LSTM(SYMBOLS, units, batch_first=True)
        self.output = nn.Linear(units, SYMBOLS)

    def forward(self, x):
        return self.output(self.lstm(x)[0]).flatten(0, 1)


def dense(inputs, depth, width, classes, activation):
    layers = []
    for i in range(depth):
        layers += [nn.Linear(width if i else inputs, width), activation()]
    return nn.Sequential(*layers, nn.Linear(width, classes))


def network(model):
    if model == "mlp":
        return dense(784, 10, 256, 10, nn.Tanh)
    if model == "tiny":
        return dense(2, 15, 5, 3, nn.Tanh)
    if model == "wide":
        return dense(784, 3, 2048, 10, nn.ReLU)
    if model == "residual":
        blocks = [Residual(128) for _ in range(BLOCKS)]
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), *blocks, nn.Linear(128, 10))
    if model == "lstm":
        return Recurrent(128)
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


def examples(model, folder):
    """All features and classes, in memory."""
    if model == "lstm":
        with open(folder + "/text.txt", "rb") as file:
            text = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long() - ord("0")
        rows = (len(text) - 1) // STEPS
        features = functional.one_hot(text[:rows * STEPS].view(rows, STEPS), SYMBOLS).float()
        return features, text[1:rows * STEPS + 1].view(rows, STEPS)
    if model == "tiny":
        with open(folder + "/points.csv") as file:
            table = torch.tensor([[float(cell) for cell in line.split(",")] for line in file])
        return table[:, :2].contiguous(), table[:, 2].long()
    with open(folder + "/images.idx", "rb") as file:
        rows = struct.unpack(">iiii", file.read(16))[1]
        pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    with open(folder + "/labels.idx", "rb") as file:
        file.read(8)
        labels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    return pixels.view(rows, -1).float() / 255, labels.long()


class Training:
    def __init__(self, model, folder, variant):
        self.net = network(model)
        self.parameters = list(self.net.parameters())
        self.foreach = variant != "single"
        options = {"fused": True} if variant == "fused" else {"foreach": self.foreach}
        self.adam = torch.optim.Adam(self.parameters, lr=1e-3, **options)
        self.features, self.classes = examples(model, folder)
        self.batch = BATCHES[model]
        self.order = torch.empty(0, dtype=torch.long)
        self.next = 0

    def step(self):
        if self.next + self.batch > len(self.order):
            self.order = torch.randperm(len(self.features))
            self.next = 0
        rows = self.order[self.next:self.next + self.batch]
        self.next += self.batch
        self.adam.zero_grad(set_to_none=True)
        outputs = self.net(self.features.index_select(0, rows))
        classes = self.classes.index_select(0, rows).flatten()
        loss = functional.cross_entropy(outputs, classes)
        loss.backward()
        gradients = [parameter.grad for parameter in self.parameters]
        if self.foreach:
            norms = torch.stack(torch._foreach_norm(gradients))
        else:
            norms = torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients])
        self.norms = norms.tolist()
        norm = sum(each * each for each in self.norms) ** 0.5
        if norm > 1:
            if self.foreach:
                torch._foreach_mul_(gradients, 1 / norm)
            else:
                for gradient in gradients:
                    gradient.mul_(1 / norm)
        self.adam.step()
        self.loss = loss.item()


def main():
    model, folder, threads, variant = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    training = Training(model, folder, variant)
    print("PyTorch", torch.__version__, "threads", torch.get_num_threads(), file=sys.stderr)
    print("ready", flush=True)
    for line in sys.stdin:
        steps = int(line.split()[1])
        began = time.perf_counter_ns()
        for _ in range(steps):
            training.step()
        print("took", time.perf_counter_ns() - began, flush=True)


main()
