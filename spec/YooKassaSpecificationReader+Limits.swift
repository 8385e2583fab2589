extension YooKassaSpecification {
    static func limits(_ node: SpecNode) throws(SpecificationError) -> Limits {
        var fields = try node.fields("x-limits")
        func number(_ name: String) throws(SpecificationError) -> Int64 {
            try positive(try fields.required(name), name)
        }
        let limits = Limits(
            idLength: Int(try number("idLength")), keyLength: Int(try number("keyLength")),
            descriptionLength: Int(try number("descriptionLength")),
            refundDescriptionLength: Int(try number("refundDescriptionLength")),
            returnURLLength: Int(try number("returnURLLength")),
            customerIDLength: Int(try number("customerIDLength")), metadataKeys: Int(try number("metadataKeys")),
            metadataKeyLength: Int(try number("metadataKeyLength")),
            metadataValueLength: Int(try number("metadataValueLength")),
            receiptItems: Int(try number("receiptItems")),
            itemDescriptionLength: Int(try number("itemDescriptionLength")),
            vatCodeMaximum: try number("vatCodeMaximum"), taxSystemMaximum: try number("taxSystemMaximum"),
            pageSize: try number("pageSize"), reconciledDays: try number("reconciledDays"),
            refundDays: try number("refundDays"), noticeBytes: Int(try number("noticeBytes")))
        try fields.finish()
        return limits
    }

    static func unknownResult(_ node: SpecNode) throws(SpecificationError) -> UnknownResult {
        var fields = try node.fields("x-unknown-result")
        let result = UnknownResult(
            first: try rising(try fields.required("first"), "first", unit: 1_000),
            minute: try positive(try fields.required("minute"), "minute") * 1_000,
            minuteUntil: try positive(try fields.required("minuteUntilMinutes"), "minuteUntilMinutes") * 60_000,
            late: try positive(try fields.required("lateMinutes"), "lateMinutes") * 60_000,
            keyGuard: try positive(try fields.required("guardHours"), "guardHours") * 3_600_000)
        try fields.finish()
        // A key is good for 24 hours; what is sent with it later may be a second charge.
        guard result.minuteUntil < result.keyGuard, result.keyGuard < 24 * 3_600_000 else {
            throw node.error("a key must not be used for as long as 24 hours")
        }
        return result
    }

    static func rates(_ node: SpecNode) throws(SpecificationError) -> Rates {
        var fields = try node.fields("x-rates")
        func number(_ name: String) throws(SpecificationError) -> Int {
            Int(try positive(try fields.required(name), name))
        }
        let rates = Rates(
            perSecond: try number("perSecond"), inFlight: try number("inFlight"),
            backgroundPerSecond: try number("backgroundPerSecond"),
            backgroundInFlight: try number("backgroundInFlight"))
        try fields.finish()
        guard rates.backgroundPerSecond < rates.perSecond, rates.backgroundInFlight < rates.inFlight else {
            throw node.error("jobs leave something to those who wait")
        }
        return rates
    }

    static func calls(_ node: SpecNode) throws(SpecificationError) -> [CallName: Call] {
        var entries = try node.fields("x-calls")
        var calls: [CallName: Call] = [:]
        for name in CallName.allCases {
            let entry = try entries.required(name.rawValue)
            var fields = try entry.fields(name.rawValue)
            let methodNode = try fields.required("method")
            let method = try methodNode.string("method")
            guard ["GET", "POST"].contains(method) else { throw methodNode.error("\(method) is no method of a call") }
            let pathNode = try fields.required("path")
            let path = try pathNode.string("path")
            guard path.hasPrefix("/"), !path.hasSuffix("/") else {
                throw pathNode.error("a path begins with a slash and does not end with one")
            }
            try fields.finish()
            let call = Call(method: method, path: path)
            if let other = calls.first(where: { $0.value == call }) {
                throw entry.error("it is the same call as \(other.key.rawValue)")
            }
            calls[name] = call
        }
        try entries.finish()
        return calls
    }

    /// Numbers above 0, none less than the one before.
    static func rising(_ node: SpecNode, _ what: String, unit: Int64) throws(SpecificationError) -> [Int64] {
        var numbers: [Int64] = []
        for item in try node.sequence(what) {
            let number = try positive(item, what) * unit
            guard number >= numbers.last ?? 0 else { throw item.error("`\(what)` must not become less") }
            numbers.append(number)
        }
        return numbers
    }

    static func positive(_ node: SpecNode, _ what: String) throws(SpecificationError) -> Int64 {
        let number = try node.integer(what)
        guard number > 0, number < 1 << 40 else { throw node.error("`\(what)` must be above 0") }
        return number
    }
}
