import StrictJSON

/// The transactions that a scenario has left open, so that they can be cancelled after it.
struct RPCOpenTransactions: OpenTransactions {
    private(set) var ids: [String] = []
    private var performed: Set<String> = []

    mutating func observe(_ request: PreparedRequest, _ outcome: WireOutcome, _ bindings: Bindings) {
        guard let message = try? JSONValue(parsing: request.request.body), let method = message["method"]?.stringValue,
            let id = message["params"]?["id"]?.stringValue
        else { return }
        let isDone: Bool
        switch outcome {
        case .failure: isDone = method == "CreateTransaction"
        case .answer(let wire):
            let envelope = (try? JSONValue(parsing: wire.body))?.objectValue
            isDone = envelope?["result"]?.isNull == false && envelope?["error"]?.isNull ?? true
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

    /// Frees the orders for the scenarios that follow.
    func closing(_ configuration: ConformanceConfiguration, serial: () -> JSONValue) -> [WireRequest] {
        ids.map { id in
            let params: JSONValue = ["id": .string(id), "reason": 3]
            let call: JSONValue = ["method": "CancelTransaction", "params": params, "id": serial()]
            return WireRequest(
                method: "POST", headers: [Header("Content-Type", RPCDialect.contentType)],
                authorization: RPCCredentials(configuration).header(.valid), body: call.serialized())
        }
    }
}
