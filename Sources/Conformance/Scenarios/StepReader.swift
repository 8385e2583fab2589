import Specification
import StrictJSON

/// Reads the steps of a scenario.
struct StepReader {
    let dialect: any WireDialect
    /// The calls of `methods`.
    let calls: [String: Template]
    let expectations: ExpectationReader
    let kinds: Set<OrderKind>
    var scope: ScenarioScope

    /// More at once would be a load, not a test.
    private static let mostCopies: Int64 = 16
    private static let longestPause: Int64 = 60_000

    mutating func step(_ node: SpecNode) throws(SpecificationError) -> Step {
        var fields = try node.fields("a step")
        let conditions = try conditions(&fields)
        let action: Step.Action
        if let pause = fields.optional("pause") {
            let milliseconds = try pause.integer("pause")
            guard (1...Self.longestPause).contains(milliseconds) else {
                throw pause.error("`pause` must be from 1 to \(Self.longestPause) milliseconds")
            }
            action = .pause(milliseconds)
        } else if let nodes = try fields.optionalSequence("together") {
            var sendings: [Sending] = []
            for node in nodes {
                var fields = try node.fields("a step")
                sendings.append(try sending(&fields))
                try fields.finish()
            }
            guard (2...Int(Self.mostCopies)).contains(sendings.count) else {
                throw node.error("`together` takes from 2 to \(Self.mostCopies) steps")
            }
            action = .together(sendings)
        } else {
            action = .send(try sending(&fields))
        }
        try fields.finish()
        return Step(action: action, conditions: conditions, line: node.line)
    }

    private func conditions(_ fields: inout SpecFields) throws(SpecificationError) -> Conditions {
        var marks: [String] = []
        if let node = fields.optional("when") {
            if case .sequence = node.content {
                marks = try node.uniqueStrings("when")
            } else {
                marks = [try node.string("when")]
            }
            for mark in marks where !scope.marks.contains(mark) { throw node.error("no step before sets \(mark)") }
        }
        let unless = fields.optional("unless")
        let unlessMark = try unless?.string("unless")
        if let unless, let unlessMark, !scope.marks.contains(unlessMark) {
            throw unless.error("no step before sets \(unlessMark)")
        }
        return Conditions(
            kinds: try ScenarioReader.kinds(fields.optional("kinds")) ?? kinds, whenMarks: marks,
            unlessMark: unlessMark)
    }

    private mutating func sending(_ fields: inout SpecFields) throws(SpecificationError) -> Sending {
        let node = fields.node
        let message = try dialect.message(&fields, calls: calls, in: scope)
        let copies = try copies(&fields)
        let expectation = try expectations.expectation(try fields.required("expect"), in: &scope)
        let sending = Sending(
            title: try fields.optionalString("title"),
            label: try fields.optionalString("label"),
            message: message,
            transaction: try fields.optionalString("tx") ?? "a",
            copies: copies,
            expectation: expectation,
            winners: try winners(&fields, copies),
            sameAs: try sameAs(&fields),
            saves: try saves(&fields))
        if let label = sending.label {
            guard scope.labels.insert(label).inserted else { throw node.error("the label \(label) is given twice") }
        }
        return sending
    }

    private func copies(_ fields: inout SpecFields) throws(SpecificationError) -> Sending.Copies {
        let node = fields.node
        func count(_ value: Int64) throws(SpecificationError) -> Int {
            guard (2...Self.mostCopies).contains(value) else {
                throw node.error("`repeat` and `parallel` must be from 2 to \(Self.mostCopies)")
            }
            return Int(value)
        }
        let repeated = try fields.optionalInteger("repeat")
        let parallel = try fields.optionalInteger("parallel")
        let transactions = try fields.optionalString("transactions")
        switch (repeated, parallel, transactions) {
        case (nil, nil, nil): return .once
        case (let repeated?, nil, nil): return .repeated(try count(repeated))
        case (nil, let parallel?, "same"): return .parallelSame(try count(parallel))
        case (nil, let parallel?, "distinct"): return .parallelDistinct(try count(parallel))
        default: throw node.error("`parallel` needs `transactions: same` or `distinct`, and no `repeat`")
        }
    }

    private mutating func winners(
        _ fields: inout SpecFields, _ copies: Sending.Copies
    ) throws(SpecificationError) -> Sending.Winners? {
        let exactly = try fields.optionalInteger("exactly")
        let others = fields.optional("others")
        switch (exactly, others, copies) {
        case (nil, nil, _): return nil
        case (let exactly?, let others?, .parallelDistinct(let count)) where (1..<Int64(count)).contains(exactly),
            (let exactly?, let others?, .parallelSame(let count)) where (1..<Int64(count)).contains(exactly):
            return Sending.Winners(
                count: Int(exactly), others: try expectations.expectation(others, in: &scope))
        default:
            throw fields.node.error("`exactly` and `others` belong together, in a step with parallel calls")
        }
    }

    private func sameAs(_ fields: inout SpecFields) throws(SpecificationError) -> String? {
        guard let node = fields.optional("same_as") else { return nil }
        let label = try node.string("same_as")
        guard scope.labels.contains(label) else { throw node.error("no step before has the label \(label)") }
        return label
    }

    private mutating func saves(_ fields: inout SpecFields) throws(SpecificationError) -> [Sending.Save] {
        var saves: [Sending.Save] = []
        for entry in try fields.optional("save")?.entries("save") ?? [] {
            let path = try entry.value.string("save").split(separator: ".").map(String.init)
            guard path.count >= 2, ["request", "result", "error"].contains(path[0]) else {
                throw entry.value.error("`save` takes a path such as result.create_time or request.params.id")
            }
            guard !scope.isReserved(entry.key) else {
                throw entry.value.error("{\(entry.key)} already has a meaning")
            }
            saves.append(Sending.Save(name: entry.key, path: path))
            scope.variables.insert(entry.key)
        }
        return saves
    }
}
