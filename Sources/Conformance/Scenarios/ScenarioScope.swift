import Specification

/// What a scenario has defined up to some step; refuses what it uses before that.
struct ScenarioScope {
    let orderCount: Int
    /// The places that the dialect has.
    let places: KnownPlaces
    var variables: Set<String> = []
    var marks: Set<String>
    var labels: Set<String> = []

    init(orderCount: Int, places: KnownPlaces) {
        self.orderCount = orderCount
        self.places = places
        marks = places.marks
    }

    /// Values that are there in every dialect.
    private static let builtIn: Set<String> = ["amount", "unknown_order", "now", "id"]

    /// Names that `save` may not take.
    func isReserved(_ name: String) -> Bool {
        isBuiltIn(name) || name == "json" || name == "repeat" || name == "bytes" || Self.orderNumber(name) != nil
    }

    private func isBuiltIn(_ name: String) -> Bool { Self.builtIn.contains(name) || places.names.contains(name) }

    /// 1 for `order` and `account`, 2 for `order2`, …
    static func orderNumber(_ name: String) -> Int? {
        for prefix in ["order", "account"] where name.hasPrefix(prefix) {
            let digits = name.dropFirst(prefix.count)
            if digits.isEmpty { return 1 }
            if let number = Int(digits), number >= 2 { return number }
        }
        return nil
    }

    /// Refuses a template that uses what is not there.
    func check(_ expressions: [Expression], at node: SpecNode) throws(SpecificationError) {
        for expression in expressions { try check(expression, at: node) }
    }

    private func check(_ expression: Expression, at node: SpecNode) throws(SpecificationError) {
        let name = expression.name
        if expression.argument != nil, name != "id", !places.withArgument.contains(name) {
            throw node.error("{\(name)} takes no argument")
        }
        if let number = Self.orderNumber(name) {
            guard number <= orderCount else {
                throw node.error("{\(name)} needs \(number) orders; the scenario asks for \(orderCount)")
            }
            return
        }
        guard isBuiltIn(name) || variables.contains(name) else {
            throw node.error("{\(name)} is not defined; nothing before this step saves it")
        }
    }
}

extension Matcher {
    /// Everything that is filled in.
    var expressions: [Expression] {
        switch self {
        case .equals(let template), .not(let template), .atLeast(let template), .atMost(let template):
            template.expressions
        case .oneOf(let templates): templates.flatMap(\.expressions)
        case .kind, .nearNow, .digits: []
        case .fields(let fields): fields.flatMap(\.matcher.expressions)
        case .each(let matcher), .optional(let matcher): matcher.expressions
        case .all(let matchers): matchers.flatMap(\.expressions)
        case .either(let first, let second, _): first.expressions + second.expressions
        }
    }
}
