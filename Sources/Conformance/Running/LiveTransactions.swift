import StrictJSON

/// The transactions that a scenario has left open, so that they can be cancelled after it.
struct LiveTransactions {
    private(set) var ids: [String] = []
    private var performed: Set<String> = []

    /// Looks at what was sent and what came of it.
    mutating func observe(_ request: WireRequest, _ outcome: WireOutcome) {
        guard let message = try? JSONValue(parsing: request.body), let method = message["method"]?.stringValue,
            let id = message["params"]?["id"]?.stringValue
        else { return }
        let isDone: Bool
        switch outcome {
        case .failure: isDone = method == "CreateTransaction"
        case .answer(let wire): if case .result = Answer(wire).content { isDone = true } else { isDone = false }
        }
        guard isDone else { return }
        switch method {
        case "CreateTransaction": if !ids.contains(id) && !performed.contains(id) { ids.append(id) }
        case "PerformTransaction":
            performed.insert(id)
            ids.removeAll { $0 == id }
        case "CancelTransaction": ids.removeAll { $0 == id }
        default: break
        }
    }
}
