extension PixSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "pix.openapi.yaml") throws(SpecificationError) {
        var document = try SpecNode(yaml: yaml, name: name).fields("the document")
        for known in ["openapi", "info", "paths"] { _ = try document.required(known) }
        chargeStatuses = try Self.statuses(try document.required("x-charge-statuses"), "x-charge-statuses")
        let removalNode = try document.required("x-removal")
        removal = try removalNode.string("x-removal")
        guard chargeStatuses[removal] == .removed else {
            throw removalNode.error("\(removal) is no status of a removed charge")
        }
        refundStatuses = try Self.statuses(try document.required("x-refund-statuses"), "x-refund-statuses")
        forcedNatures = Set(try document.required("x-forced-natures").uniqueStrings("x-forced-natures"))
        payoutStatuses = try Self.statuses(try document.required("x-payout-statuses"), "x-payout-statuses")
        reasons = try Self.reasons(try document.required("x-reasons"))
        errors = try Self.errors(try document.required("x-errors"))
        errorPrefix = try document.requiredString("x-error-prefix")
        rates = try Self.rates(try document.required("x-rates"))
        payoutPauseMilliseconds = try Self.positive(try document.required("x-payout-pause-ms"), "x-payout-pause-ms")
        limits = try Self.limits(try document.required("x-limits"))
        var token = try document.required("x-token").fields("x-token")
        tokenPath = try Self.path(try token.required("path"))
        tokenGrant = try token.requiredString("grant")
        try token.finish()
        calls = try Self.calls(try document.required("x-calls"))
        try document.finish()
    }

    /// Words of the bank, and at least one for every meaning.
    private static func statuses<Meaning: RawRepresentable & CaseIterable & Hashable & Sendable>(
        _ node: SpecNode, _ what: String
    ) throws(SpecificationError) -> [String: Meaning] where Meaning.RawValue == String {
        var words: [String: Meaning] = [:]
        for entry in try node.entries(what) { words[entry.key] = try entry.value.word(entry.key, as: Meaning.self) }
        for meaning in Meaning.allCases where !words.values.contains(meaning) {
            throw node.error("\(what) has no word for \(meaning.rawValue)")
        }
        return words
    }

    private static func reasons(_ node: SpecNode) throws(SpecificationError) -> [Reason: String] {
        var fields = try node.fields("x-reasons")
        var names: [Reason: String] = [:]
        for reason in Reason.allCases { names[reason] = try fields.requiredString(reason.rawValue) }
        try fields.finish()
        return names
    }

    private static func errors(_ node: SpecNode) throws(SpecificationError) -> [String: Int] {
        var statuses: [String: Int] = [:]
        for entry in try node.entries("x-errors") {
            let status = try entry.value.integer(entry.key)
            guard (400...599).contains(status) else { throw entry.value.error("\(status) is no status of an error") }
            statuses[entry.key] = Int(status)
        }
        return statuses
    }

    private static func rates(_ node: SpecNode) throws(SpecificationError) -> [Environment: [Rate: Int64]] {
        var environments = try node.fields("x-rates")
        var rates: [Environment: [Rate: Int64]] = [:]
        for environment in Environment.allCases {
            var fields = try environments.required(environment.rawValue).fields(environment.rawValue)
            for rate in Rate.allCases {
                let value = try positive(try fields.required(rate.rawValue), rate.rawValue)
                rates[environment, default: [:]][rate] = value
            }
            try fields.finish()
        }
        try environments.finish()
        return rates
    }

    private static func limits(_ node: SpecNode) throws(SpecificationError) -> Limits {
        var fields = try node.fields("x-limits")
        func number(_ name: String) throws(SpecificationError) -> Int64 {
            try positive(try fields.required(name), name)
        }
        let (least, usual, most) = (
            try number("expirySecondsMinimum"), try number("expirySecondsDefault"), try number("expirySecondsMaximum")
        )
        // The bank's field has 32 bits.
        guard least <= usual, usual <= most, most <= Int64(Int32.max) else {
            throw node.error("the default expiry is not between the least and the most, or the most has over 32 bits")
        }
        let limits = Limits(
            expirySeconds: least...most, expirySecondsDefault: usual, amountMaximum: try number("amountMaximum"),
            noteLength: Int(try number("noteLength")), refundDays: try number("refundDays"),
            pageSize: try number("pageSize"), reconciledDays: try number("reconciledDays"),
            noticeDelaySeconds: try number("noticeDelaySeconds"))
        try fields.finish()
        return limits
    }

    private static func calls(_ node: SpecNode) throws(SpecificationError) -> [CallName: Call] {
        var entries = try node.fields("x-calls")
        var calls: [CallName: Call] = [:]
        for name in CallName.allCases {
            let entry = try entries.required(name.rawValue)
            var fields = try entry.fields(name.rawValue)
            let methodNode = try fields.required("method")
            let method = try methodNode.string("method")
            guard ["GET", "PUT", "PATCH", "POST"].contains(method) else {
                throw methodNode.error("\(method) is no method of a call")
            }
            let call = Call(
                method: method, path: try path(try fields.required("path")),
                scope: try fields.requiredString("scope"), rate: try fields.required("rate").word("rate"))
            try fields.finish()
            if let other = calls.first(where: { $0.value.method == method && $0.value.path == call.path }) {
                throw entry.error("it is the same call as \(other.key.rawValue)")
            }
            calls[name] = call
        }
        try entries.finish()
        return calls
    }

    private static func path(_ node: SpecNode) throws(SpecificationError) -> String {
        let path = try node.string("path")
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
            throw node.error("a path begins with a slash and does not end with one")
        }
        return path
    }

    private static func positive(_ node: SpecNode, _ what: String) throws(SpecificationError) -> Int64 {
        let number = try node.integer(what)
        guard number > 0 else { throw node.error("`\(what)` must be above 0") }
        return number
    }
}
