extension PledgSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "pledg.openapi.yaml") throws(SpecificationError) {
        var document = try SpecNode(yaml: yaml, name: name).fields("the document")
        for known in ["openapi", "info", "paths"] { _ = try document.required(known) }
        states = try Self.states(try document.required("x-states"))
        var names = try document.required("x-reasons").fields("x-reasons")
        var reasons: [Reason: String] = [:]
        for reason in Reason.allCases { reasons[reason] = try names.requiredString(reason.rawValue) }
        try names.finish()
        self.reasons = reasons
        limits = try Self.limits(try document.required("x-limits"))
        var minimum: [String: Int64] = [:]
        for entry in try document.required("x-minimum-shares").entries("x-minimum-shares") {
            minimum[entry.key] = try Self.positive(entry.value, entry.key)
        }
        minimumShares = minimum
        timers = try Self.timers(try document.required("x-timers"))
        let collecting = timers.collecting
        let remindersNode = try document.required("x-reminders")
        reminders = try Self.numbers(remindersNode, "x-reminders", Reminder.self)
        for (reminder, after) in reminders where after >= collecting {
            throw remindersNode.error("\(reminder.rawValue) is not before the end of the time to pay")
        }
        let order = [Reminder.reminder24, .reminder42, .reminder47].compactMap { reminders[$0] }
        guard order == order.sorted(), Set(order).count == order.count else {
            throw remindersNode.error("reminders do not come one after the other")
        }
        try document.finish()
    }

    private static func states(_ node: SpecNode) throws(SpecificationError) -> [Phase: State] {
        var fields = try node.fields("x-states")
        var states: [Phase: State] = [:]
        for phase in Phase.allCases { states[phase] = try fields.required(phase.rawValue).word(phase.rawValue) }
        try fields.finish()
        for phase in Phase.allCases {
            let expected: State =
                switch phase {
                case .draft, .collecting, .closing, .capturing: .initialized
                case .succeeded: .successfull
                case .failed: .failed
                }
            guard states[phase] == expected else {
                throw node.error("\(phase.rawValue) cannot be told as \(states[phase]?.rawValue ?? "nothing")")
            }
        }
        return states
    }

    private static func limits(_ node: SpecNode) throws(SpecificationError) -> Limits {
        var fields = try node.fields("x-limits")
        func number(_ name: String) throws(SpecificationError) -> Int64 {
            try positive(try fields.required(name), name)
        }
        let limits = Limits(
            membersMaximum: Int(try number("membersMaximum")), amountMaximum: try number("amountMaximum"),
            linesMaximum: Int(try number("linesMaximum")), quantityMaximum: try number("quantityMaximum"),
            textLength: Int(try number("textLength")), urlLength: Int(try number("urlLength")),
            emailLength: Int(try number("emailLength")), emailLocalLength: Int(try number("emailLocalLength")))
        try fields.finish()
        guard limits.membersMaximum >= 2 else { throw node.error("a group has two members at the least") }
        guard limits.emailLocalLength < limits.emailLength else {
            throw node.error("the part before the @ is shorter than the address")
        }
        return limits
    }

    private static func timers(_ node: SpecNode) throws(SpecificationError) -> Timers {
        var fields = try node.fields("x-timers")
        func number(_ name: String) throws(SpecificationError) -> Int64 {
            try positive(try fields.required(name), name)
        }
        let timers = Timers(
            draft: try number("draft"), collecting: try number("collecting"),
            closingPatience: try number("closingPatience"), holdGuard: try number("holdGuard"),
            holdMargin: try number("holdMargin"))
        try fields.finish()
        guard timers.holdGuard < timers.holdMargin, timers.closingPatience < timers.holdMargin else {
            throw node.error("a hold must outlast the closing: holdMargin is the longest but the two terms")
        }
        return timers
    }

    private static func numbers<Name: RawRepresentable & CaseIterable & Hashable>(
        _ node: SpecNode, _ what: String, _ type: Name.Type
    ) throws(SpecificationError) -> [Name: Int64] where Name.RawValue == String {
        var fields = try node.fields(what)
        var numbers: [Name: Int64] = [:]
        for name in Name.allCases {
            numbers[name] = try positive(try fields.required(name.rawValue), name.rawValue)
        }
        try fields.finish()
        return numbers
    }

    private static func positive(_ node: SpecNode, _ what: String) throws(SpecificationError) -> Int64 {
        let number = try node.integer(what)
        guard number > 0 else { throw node.error("`\(what)` must be above 0") }
        return number
    }
}
