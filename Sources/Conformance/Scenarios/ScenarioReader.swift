import Specification
import StrictJSON

/// Reads scenarios, one after another.
struct ScenarioReader {
    let dialect: any WireDialect
    let groups: [ScenarioGroup]
    let sources: [String: ScenarioDocument.Source]
    let calls: [String: Template]
    let expectations: ExpectationReader
    /// The scenario that was read last, and what it leaves to one that goes on with it.
    private var last: (scenario: Scenario, scope: ScenarioScope)?

    init(
        dialect: any WireDialect, groups: [ScenarioGroup], sources: [String: ScenarioDocument.Source],
        calls: [String: Template], expectations: ExpectationReader
    ) {
        self.dialect = dialect
        self.groups = groups
        self.sources = sources
        self.calls = calls
        self.expectations = expectations
    }

    mutating func scenario(_ node: SpecNode) throws(SpecificationError) -> Scenario {
        var fields = try node.fields("a scenario")
        let id = try identifier(try fields.required("id"))
        let kinds = try Self.kinds(fields.optional("kinds")) ?? Set(OrderKind.allCases)
        let orders = try orderNeed(fields.optional("orders"))
        let needs = try needs(fields.optional("when"))
        let continuesNode = fields.optional("continues")
        let continues = try continuesNode?.string("continues")
        let times = try times(fields.optional("times"))
        let stepNodes = try fields.requiredSequence("steps")
        let group = try group(try fields.required("group"))
        let title = try fields.requiredString("title")
        let why = try fields.requiredString("why")
        let rule = try fields.requiredString("rule")
        let citations = try citations(try fields.required("source"))
        try fields.finish()

        var scope = ScenarioScope(orderCount: orders.count, places: dialect.places)
        if let continuesNode, let continues {
            guard let last, last.scenario.id == continues else {
                throw continuesNode.error("`continues` names the scenario right before it")
            }
            guard orders == .none, times.isEmpty, kinds == last.scenario.kinds else {
                throw continuesNode.error("a scenario that goes on has the orders, times and kinds of the one before")
            }
            scope = last.scope
        }
        var reader = StepReader(
            dialect: dialect, calls: calls, expectations: expectations, kinds: kinds, scope: scope)
        var steps: [Step] = []
        for stepNode in stepNodes { steps.append(try reader.step(stepNode)) }
        guard !steps.isEmpty else { throw node.error("\(id) has no steps") }
        let scenario = Scenario(
            id: id, group: group, title: title, why: why, rule: rule, sources: citations, kinds: kinds,
            orders: orders, needs: needs, continues: continues, times: times, steps: steps)
        last = (scenario, reader.scope)
        return scenario
    }

    private func needs(_ node: SpecNode?) throws(SpecificationError) -> [String] {
        guard let node else { return [] }
        let marks: [String]
        if case .sequence = node.content {
            marks = try node.uniqueStrings("when")
        } else {
            marks = [try node.string("when")]
        }
        for mark in marks where !dialect.places.marks.contains(mark) {
            throw node.error("no option of a run sets \(mark)")
        }
        return marks
    }

    private func group(_ node: SpecNode) throws(SpecificationError) -> ScenarioGroup {
        let name = try node.string("group")
        guard let group = groups.first(where: { $0.id == name }) else {
            throw node.error("`group` must be one of \(groups.map(\.id).joined(separator: ", ")), not \"\(name)\"")
        }
        return group
    }

    private func identifier(_ node: SpecNode) throws(SpecificationError) -> String {
        let id = try node.string("id")
        let isKebab = id.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
        }
        guard isKebab else { throw node.error("the id \(id) is not in kebab-case") }
        return id
    }

    /// The kinds that are listed, or nil if there is no list.
    static func kinds(_ node: SpecNode?) throws(SpecificationError) -> Set<OrderKind>? {
        guard let node else { return nil }
        var kinds: Set<OrderKind> = []
        for item in try node.sequence("kinds") { kinds.insert(try item.word("kinds")) }
        guard !kinds.isEmpty else { throw node.error("`kinds` is empty") }
        return kinds
    }

    private func orderNeed(_ node: SpecNode?) throws(SpecificationError) -> OrderNeed {
        guard let node else { return .none }
        var fields = try node.fields("orders")
        let payable = try fields.optionalInteger("payable")
        let used = try fields.optionalInteger("used")
        let amount = try fields.optionalInteger("amount")
        let isOneAccount = try fields.optionalBoolean("one_account") ?? false
        try fields.finish()
        switch (payable, used) {
        case (let count?, nil) where (1...9).contains(count):
            return OrderNeed(count: Int(count), areUsedUp: false, amount: amount, isOneAccount: isOneAccount)
        case (nil, let count?) where (1...9).contains(count):
            return OrderNeed(count: Int(count), areUsedUp: true, amount: amount, isOneAccount: isOneAccount)
        default:
            throw node.error("`orders` needs either `payable` or `used`, from 1 to 9")
        }
    }

    private func times(_ node: SpecNode?) throws(SpecificationError) -> [String: Template] {
        var times: [String: Template] = [:]
        for entry in try node?.entries("times") ?? [] {
            let template = try Template(entry.value)
            guard case .expression(let expression) = template, expression.name == "now" else {
                throw entry.value.error("a time is {now} and an offset")
            }
            times[entry.key] = template
        }
        return times
    }

    private func citations(_ node: SpecNode) throws(SpecificationError) -> [Citation] {
        var citations: [Citation] = []
        for item in try node.sequence("source") {
            for entry in try item.entries("source") {
                guard let source = sources[entry.key] else { throw item.error("there is no source \(entry.key)") }
                citations.append(
                    Citation(title: source.title, place: try entry.value.text("source"), url: source.url))
            }
        }
        guard !citations.isEmpty else { throw node.error("`source` is empty") }
        return citations
    }
}

extension SpecNode {
    /// A string or a number, as a text: sections are written `3` or `3.1` as well as in words.
    fileprivate func text(_ what: String) throws(SpecificationError) -> String {
        switch content {
        case .integer(let number): String(number)
        case .number(let text): text
        default: try string(what)
        }
    }
}
