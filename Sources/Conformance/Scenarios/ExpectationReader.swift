import Specification
import StrictJSON

/// Reads expectations; knows the named ones.
///
/// Named answers are read anew wherever they are used, because what they may refer to depends on the step.
struct ExpectationReader {
    let dialect: any WireDialect
    let matchers: MatcherReader
    let errors: ErrorNames
    private let named: [String: SpecNode]

    /// - Parameter entries: the document's `answers`
    init(
        _ entries: [SpecEntry], dialect: any WireDialect, matchers: MatcherReader, errors: ErrorNames
    ) throws(SpecificationError) {
        self.dialect = dialect
        self.matchers = matchers
        self.errors = errors
        named = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
        for entry in entries {
            var scope = ScenarioScope(orderCount: 0, places: dialect.places)
            _ = try expectation(entry.value, in: &scope)
        }
    }

    /// An expectation, or the name of one. Its marks become known to later steps.
    func expectation(_ node: SpecNode, in scope: inout ScenarioScope) throws(SpecificationError) -> Expectation {
        if case .string(let name) = node.content {
            guard let answer = named[name] else { throw node.error("there is no answer \(name)") }
            return try expectation(answer, in: &scope)
        }
        var fields = try node.fields("an expectation")
        let nodes = try fields.optionalSequence("or") ?? []
        let answer = try self.answer(&fields, in: &scope)
        guard answer.note == nil, answer.remark == nil else {
            throw node.error("`note` and `remark` belong to the answers of `or`")
        }
        var alternatives: [ExpectedAnswer] = []
        for node in nodes {
            var fields = try node.fields("an answer of `or`")
            let alternative = try self.answer(&fields, in: &scope)
            guard alternative.note == nil || alternative.remark == nil else {
                throw node.error("an answer has either a `note` or a `remark`")
            }
            alternatives.append(alternative)
        }
        return Expectation(answer: answer, alternatives: alternatives)
    }

    private func answer(
        _ fields: inout SpecFields, in scope: inout ScenarioScope
    ) throws(SpecificationError) -> ExpectedAnswer {
        let outcome = try outcome(&fields, in: scope)
        let answer = ExpectedAnswer(
            outcome: outcome,
            frame: try dialect.frame(&fields, of: outcome, matchers: matchers, in: scope),
            mark: try fields.optionalString("mark"),
            note: try fields.optionalString("note"),
            remark: try fields.optionalString("remark"))
        try fields.finish()
        if let mark = answer.mark { scope.marks.insert(mark) }
        return answer
    }

    private func outcome(
        _ fields: inout SpecFields, in scope: ScenarioScope
    ) throws(SpecificationError) -> ExpectedAnswer.Outcome {
        let node = fields.node
        var outcomes: [ExpectedAnswer.Outcome] = []
        if let result = fields.optional("result") {
            let rules = try matchers.fields(result, what: "result")
            try scope.check(rules.flatMap(\.matcher.expressions), at: result)
            outcomes.append(.result(rules))
        }
        if let error = fields.optional("error") { outcomes.append(.error(try errors.codes(error))) }
        if let statement = fields.optional("statement") {
            outcomes.append(.statement(try self.statement(statement, in: scope)))
        }
        for (key, outcome) in [("answer", ExpectedAnswer.Outcome.anyAnswer), ("http", .anyHTTP)] {
            guard let any = fields.optional(key) else { continue }
            guard try any.string(key) == "any" else { throw any.error("`\(key)` can only be any") }
            outcomes.append(outcome)
        }
        guard let outcome = outcomes.first, outcomes.count == 1 else {
            throw node.error("an expectation is one of result, error, statement, answer and http")
        }
        return outcome
    }

    private func statement(_ node: SpecNode, in scope: ScenarioScope) throws(SpecificationError) -> StatementRule {
        var fields = try node.fields("statement")
        var rows: [StatementRule.Row] = []
        for row in try fields.optionalSequence("rows") ?? [] {
            let rules = try matchers.fields(row, what: "a row")
            try scope.check(rules.flatMap(\.matcher.expressions), at: row)
            guard let first = rules.first(where: { $0.name == "id" }), case .equals(let id) = first.matcher else {
                throw row.error("a row needs the `id` by which it is found")
            }
            rows.append(StatementRule.Row(id: id, fields: rules))
        }
        var excluded: [Template] = []
        for node in try fields.optionalSequence("excludes") ?? [] { excluded.append(try Template(node)) }
        try scope.check(excluded.flatMap(\.expressions), at: node)
        let rule = StatementRule(
            rows: rows, excluded: excluded,
            isAscending: try fields.optionalBoolean("ascending") ?? false,
            isEmpty: try fields.optionalBoolean("empty") ?? false)
        try fields.finish()
        return rule
    }
}
