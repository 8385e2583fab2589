import Specification
import StrictJSON

extension Expression {
    /// Reads what stands between the braces: a name, `:` and an argument, and operations.
    init(_ place: String, at node: SpecNode) throws(SpecificationError) {
        if place.hasPrefix("json:") {
            self.init(name: "json", argument: String(place.dropFirst(5)), operations: [])
            return
        }
        var rest = Substring(place)
        func word() -> Substring {
            let word = rest.prefix { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
            rest = rest.dropFirst(word.count)
            return word
        }
        let name = word()
        var argument: Substring?
        if rest.first == ":" {
            rest = rest.dropFirst()
            argument = word()
        }
        var operations: [Operation] = []
        while let sign = rest.first {
            rest = rest.dropFirst()
            let operand = rest.prefix { $0.isASCII && ($0.isNumber || $0.isLowercase) || ($0 == "-" && sign == "*") }
            rest = rest.dropFirst(operand.count)
            guard let amount = DurationText.milliseconds(operand),
                let operation = Operation(sign: sign, amount: amount)
            else { throw node.error("{\(place)} is not a name with +, - or * and a number") }
            operations.append(operation)
        }
        guard !name.isEmpty, argument?.isEmpty != true else { throw node.error("{\(place)} is not a name") }
        self.init(name: String(name), argument: argument.map(String.init), operations: operations)
    }

    /// The value of `{json:…}`.
    func json(at node: SpecNode) throws(SpecificationError) -> JSONValue {
        do {
            return try JSONValue(parsing: argument ?? "")
        } catch {
            throw node.error("{json:\(argument ?? "")} is no JSON: \(error)")
        }
    }
}

extension Expression.Operation {
    fileprivate init?(sign: Character, amount: Int64) {
        switch sign {
        case "+": self = .add(amount)
        case "-": self = .add(-amount)
        case "*": self = .multiply(amount)
        default: return nil
        }
    }
}

/// Durations as the scenarios write them.
enum DurationText {
    /// Milliseconds of `1500`, `3s`, `5m`, `12h` or `1d`.
    static func milliseconds(_ text: some StringProtocol) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "-" }
        let factor: Int64
        switch text.dropFirst(digits.count) {
        case "": factor = 1
        case "s": factor = 1000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        guard let number = Int64(digits) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
