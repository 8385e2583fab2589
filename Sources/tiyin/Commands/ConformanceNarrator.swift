import Conformance
import Foundation

/// Says on standard error how far a run is: one line that moves in a terminal, nothing but the misses elsewhere.
struct ConformanceNarrator: Sendable {
    let isTerminal: Bool
    let total: Int

    func tell(_ event: ProgressEvent) {
        switch event {
        case .started(let scenarios, let needed, let given):
            let orders = given.map { "\(needed) orders needed, \($0) given" } ?? "the run makes its own orders"
            say("\(scenarios) \(scenarios == 1 ? "scenario" : "scenarios"), \(orders)\n")
        case .scenarioStarted(let number, let id, _):
            if isTerminal { say("\r\u{1B}[K[\(number)/\(total)] \(id)") }
        case .waiting(let id, let milliseconds):
            if isTerminal { say("\r\u{1B}[K\(id): waiting \(milliseconds / 1_000) s") }
        case .scenarioFinished(_, let scenario):
            let line = TableRenderer().line(scenario)
            if scenario.outcome == .missed { say((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }
            if isTerminal { say("\r\u{1B}[K") }
        case .endedEarly(let reason):
            say("ended early: \(reason)\n")
        }
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
