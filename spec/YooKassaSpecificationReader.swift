extension YooKassaSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "yookassa.openapi.yaml") throws(SpecificationError) {
        var document = try SpecNode(yaml: yaml, name: name).fields("the document")
        for known in ["openapi", "info", "paths"] { _ = try document.required(known) }
        paymentStatuses = try Self.words(try document.required("x-payment-statuses"), "x-payment-statuses")
        refundStatuses = try Self.words(try document.required("x-refund-statuses"), "x-refund-statuses")
        receiptStatuses = try Self.words(try document.required("x-receipt-statuses"), "x-receipt-statuses")
        methodStatuses = try Self.words(try document.required("x-method-statuses"), "x-method-statuses")
        events = try Self.words(try document.required("x-events"), "x-events")
        senders = try document.required("x-senders").uniqueStrings("x-senders")
        paymentReasons = try Self.paymentReasons(try document.required("x-payment-reasons"))
        retryPlans = try Self.retryPlans(try document.required("x-retry-classes"))
        chargingHours = try Self.chargingHours(try document.required("x-quiet-hours"))
        schemeCaps = try Self.schemeCaps(try document.required("x-scheme-caps"))
        refundReasons = try Self.refundReasons(try document.required("x-refund-reasons"))
        reasons = try Self.reasons(try document.required("x-reasons"))
        errors = try Self.errors(try document.required("x-errors"))
        duplicateKey = try document.requiredString("x-duplicate-key")
        confirmationTerms = try Self.confirmationTerms(try document.required("x-confirmation-minutes"))
        currencies = try document.required("x-currencies").uniqueStrings("x-currencies")
        withoutHold = Set(try document.required("x-without-hold").uniqueStrings("x-without-hold"))
        confirmations = try Self.confirmations(try document.required("x-confirmations"))
        limits = try Self.limits(try document.required("x-limits"))
        unknownResult = try Self.unknownResult(try document.required("x-unknown-result"))
        var notices = try document.required("x-notice-delays").fields("x-notice-delays")
        noticeDelays = try Self.rising(try notices.required("seconds"), "seconds", unit: 1_000)
        noticeTerm = try Self.positive(try notices.required("giveUpHours"), "giveUpHours") * 3_600_000
        noticeKept = try Self.positive(try notices.required("keepDays"), "keepDays") * 86_400_000
        try notices.finish()
        pollDelays = try Self.rising(try document.required("x-poll-minutes"), "x-poll-minutes", unit: 60_000)
        var margins = try document.required("x-margins").fields("x-margins")
        confirmationMargin = try Self.positive(try margins.required("confirmation"), "confirmation") * 60_000
        captureMargin = try Self.positive(try margins.required("capture"), "capture") * 60_000
        try margins.finish()
        rates = try Self.rates(try document.required("x-rates"))
        calls = try Self.calls(try document.required("x-calls"))
        try document.finish()
    }

    /// Words of the gateway, and at least one for every meaning.
    private static func words<Meaning: RawRepresentable & CaseIterable & Hashable & Sendable>(
        _ node: SpecNode, _ what: String
    ) throws(SpecificationError) -> [String: Meaning] where Meaning.RawValue == String {
        var words: [String: Meaning] = [:]
        for entry in try node.entries(what) { words[entry.key] = try entry.value.word(entry.key, as: Meaning.self) }
        for meaning in Meaning.allCases where !words.values.contains(meaning) {
            throw node.error("\(what) has no word for \(meaning.rawValue)")
        }
        return words
    }

    private static func paymentReasons(_ node: SpecNode) throws(SpecificationError) -> [String: PaymentReason] {
        var reasons: [String: PaymentReason] = [:]
        for entry in try node.entries("x-payment-reasons") {
            var fields = try entry.value.fields(entry.key)
            let reason = PaymentReason(
                retry: try fields.required("class").word("class"), ends: try fields.required("ends").word("ends"),
                method: try fields.required("method").word("method"))
            try fields.finish()
            // What nobody may repeat must not be kept for the next period as if nothing had been.
            if reason.method != .keep, !(reason.retry == .final || reason.retry == .payer) {
                throw entry.value.error("a method that is not kept is not charged again by itself")
            }
            reasons[entry.key] = reason
        }
        return reasons
    }

    private static func retryPlans(_ node: SpecNode) throws(SpecificationError) -> [RetryClass: RetryPlan] {
        var entries = try node.fields("x-retry-classes")
        var plans: [RetryClass: RetryPlan] = [:]
        for retry in RetryClass.allCases {
            var fields = try entries.required(retry.rawValue).fields(retry.rawValue)
            let delays = try rising(try fields.required("delays"), "delays", unit: 60_000)
            let isQuiet = try fields.required("quiet").boolean("quiet")
            try fields.finish()
            if [.payer, .final, .own].contains(retry), !delays.isEmpty {
                throw node.error("\(retry.rawValue) is never repeated")
            }
            plans[retry] = RetryPlan(delays: delays, keepsQuietHours: isQuiet)
        }
        try entries.finish()
        return plans
    }

    private static func chargingHours(_ node: SpecNode) throws(SpecificationError) -> Range<Int64> {
        var fields = try node.fields("x-quiet-hours")
        let (from, until) = (try fields.requiredInteger("from"), try fields.requiredInteger("until"))
        try fields.finish()
        guard 0 <= from, from < until, until <= 24 else { throw node.error("these are no hours of a day") }
        return from..<until
    }

    private static func schemeCaps(_ node: SpecNode) throws(SpecificationError) -> [String: SchemeCap] {
        var caps: [String: SchemeCap] = [:]
        for entry in try node.entries("x-scheme-caps") {
            var fields = try entry.value.fields(entry.key)
            caps[entry.key] = SchemeCap(
                perDay: try positive(try fields.required("perDay"), "perDay"),
                perMonth: try positive(try fields.required("perMonth"), "perMonth"))
            try fields.finish()
        }
        guard caps["other"] != nil else { throw node.error("x-scheme-caps lacks `other`") }
        return caps
    }

    private static func refundReasons(_ node: SpecNode) throws(SpecificationError) -> [String: RefundReason] {
        var reasons: [String: RefundReason] = [:]
        for entry in try node.entries("x-refund-reasons") {
            var fields = try entry.value.fields(entry.key)
            let reason = RefundReason(
                again: try fields.required("again").word("again"), times: try fields.requiredInteger("times"))
            try fields.finish()
            guard reason.times >= 0, (reason.again == .never) == (reason.times == 0) else {
                throw entry.value.error("what is asked for again is so once at the least, and else never")
            }
            reasons[entry.key] = reason
        }
        return reasons
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

    private static func confirmationTerms(_ node: SpecNode) throws(SpecificationError) -> [String: Int64] {
        var terms: [String: Int64] = [:]
        for entry in try node.entries("x-confirmation-minutes") {
            let minutes = try entry.value.integer(entry.key)
            guard minutes >= 0 else { throw entry.value.error("a term is not below 0") }
            terms[entry.key] = minutes * 60_000
        }
        guard terms["other"] != nil else { throw node.error("x-confirmation-minutes lacks `other`") }
        return terms
    }

    private static func confirmations(_ node: SpecNode) throws(SpecificationError) -> [String: Bool] {
        var types: [String: Bool] = [:]
        for entry in try node.entries("x-confirmations") {
            var fields = try entry.value.fields(entry.key)
            types[entry.key] = try fields.required("needsReturnURL").boolean("needsReturnURL")
            try fields.finish()
        }
        return types
    }
}
