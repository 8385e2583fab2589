extension TransactionSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "transaction.yaml") throws(SpecificationError) {
        let root = try SpecNode(yaml: yaml, name: name)
        var fields = try root.fields("the document")
        let initialNode = try fields.required("initial")
        let stateNodes = try fields.requiredSequence("states")
        let edgeNodes = try fields.requiredSequence("edges")
        let states = try Self.states(stateNodes)
        let initial = try Self.state(initialNode, "initial", states)
        let edges = try Self.edges(edgeNodes, states)
        try Self.checkReachable(stateNodes, states, from: initial, edges)
        let reasons = try Self.reasons(fields.requiredSequence("reasons"))
        let deadlines = try Self.deadlines(fields.required("deadlines"), reasons)
        try fields.finish()
        self.init(initial: initial, states: states, edges: edges, reasons: reasons, deadlines: deadlines)
    }

    private static func states(_ nodes: [SpecNode]) throws(SpecificationError) -> [State] {
        var states: [State] = []
        for node in nodes {
            var fields = try node.fields("a state")
            let state = State(
                name: try fields.requiredString("name"),
                number: try number(fields.required("number")),
                isTerminal: try fields.optionalBoolean("terminal") ?? false)
            try fields.finish()
            try refuseRepeated(state.name, state.number, known: states.map { ($0.name, $0.number) }, "state", node)
            states.append(state)
        }
        return states
    }

    private static func reasons(_ nodes: [SpecNode]) throws(SpecificationError) -> [CancelReason] {
        var reasons: [CancelReason] = []
        for node in nodes {
            var fields = try node.fields("a reason")
            let reason = CancelReason(
                name: try fields.requiredString("name"),
                number: try number(fields.required("number")),
                text: try LocalizedText(fields.required("text"), what: "text"))
            try fields.finish()
            try refuseRepeated(reason.name, reason.number, known: reasons.map { ($0.name, $0.number) }, "reason", node)
            reasons.append(reason)
        }
        return reasons
    }

    private static func edges(_ nodes: [SpecNode], _ states: [State]) throws(SpecificationError) -> [Edge] {
        var edges: [Edge] = []
        for node in nodes {
            var fields = try node.fields("an edge")
            let fromNode = try fields.required("from")
            let from = try state(fromNode, "from", states)
            let to = try state(fields.required("to"), "to", states)
            let event = try fields.requiredString("event")
            try fields.finish()
            if from.isTerminal { throw fromNode.error("no edge may leave the terminal state \(from.name)") }
            if edges.contains(where: { $0.from == from && $0.event == event }) {
                throw node.error("the state \(from.name) has two edges for the event \(event)")
            }
            edges.append(Edge(from: from, to: to, event: event))
        }
        return edges
    }

    private static func deadlines(
        _ node: SpecNode, _ reasons: [CancelReason]
    ) throws(SpecificationError) -> [String: Deadline] {
        var deadlines: [String: Deadline] = [:]
        for entry in try node.entries("deadlines") {
            var fields = try entry.value.fields("the deadline of \(entry.key)")
            let timeoutNode = try fields.required("transaction_timeout_ms")
            let timeout = try timeoutNode.integer("transaction_timeout_ms")
            guard timeout > 0 else { throw timeoutNode.error("a deadline must be above 0 ms") }
            let reasonNode = try fields.required("reason")
            let reasonName = try reasonNode.string("reason")
            try fields.finish()
            guard let reason = reasons.first(where: { $0.name == reasonName }) else {
                throw reasonNode.error("there is no reason \(reasonName)")
            }
            deadlines[entry.key] = Deadline(transactionTimeoutMilliseconds: timeout, reason: reason)
        }
        return deadlines
    }
}

extension TransactionSpecification {
    private static func state(
        _ node: SpecNode, _ what: String, _ states: [State]
    ) throws(SpecificationError) -> State {
        let name = try node.string(what)
        guard let state = states.first(where: { $0.name == name }) else {
            throw node.error("there is no state \(name)")
        }
        return state
    }

    private static func number(_ node: SpecNode) throws(SpecificationError) -> Int {
        guard let number = Int(exactly: try node.integer("number")) else { throw node.error("no such number") }
        return number
    }

    private static func refuseRepeated(
        _ name: String, _ number: Int, known: [(name: String, number: Int)], _ what: String, _ node: SpecNode
    ) throws(SpecificationError) {
        if known.contains(where: { $0.name == name }) { throw node.error("the \(what) \(name) is there twice") }
        if let other = known.first(where: { $0.number == number }) {
            throw node.error("the \(what)s \(other.name) and \(name) have one number, \(number)")
        }
    }

    /// Every state can be reached, and every state that is not terminal can be left.
    private static func checkReachable(
        _ nodes: [SpecNode], _ states: [State], from initial: State, _ edges: [Edge]
    ) throws(SpecificationError) {
        var reached: Set<State> = [initial]
        var frontier = [initial]
        while let state = frontier.popLast() {
            for edge in edges where edge.from == state && reached.insert(edge.to).inserted { frontier.append(edge.to) }
        }
        for (node, state) in zip(nodes, states) {
            guard reached.contains(state) else { throw node.error("no path of edges leads to the state \(state.name)") }
            guard state.isTerminal || edges.contains(where: { $0.from == state }) else {
                throw node.error("no edge leaves the state \(state.name), which is not terminal")
            }
        }
    }
}
