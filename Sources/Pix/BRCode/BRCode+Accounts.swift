extension BRCode {
    /// Who among the arrangements of a code is Pix.
    struct Accounts {
        /// 26 to 51.
        var pix: TemplateReading
        /// 80 to 99.
        var recurrence: PixLocation?
        /// Other arrangements use the code too.
        var isShared: Bool
    }

    static func accounts(_ root: TemplateReading) throws(BRCodeError) -> Accounts {
        var pix: TemplateReading?
        var recurrence: PixLocation?
        for field in root.fields where (26...51).contains(field.id) {
            guard let template = try root.template(field.id), template.isPix else { continue }
            guard pix == nil else { throw BRCodeError(.severalPix, field: template.name, position: field.position) }
            pix = template
        }
        for field in root.fields where field.id >= 80 {
            guard let template = try root.template(field.id), template.isPix, template[25] != nil else { continue }
            guard recurrence == nil else {
                throw BRCodeError(.severalPix, field: template.name, position: field.position)
            }
            recurrence = try location(template)
        }
        guard let pix else { throw BRCodeError(.notPix) }
        let arrangements = root.fields.count { (2...51).contains($0.id) }
        return Accounts(pix: pix, recurrence: recurrence, isShared: arrangements > 1)
    }

    static func account(
        _ accounts: Accounts, _ deviations: inout Set<BRCodeDeviation>
    ) throws(BRCodeError) -> Account {
        let pix = accounts.pix
        if pix.fields.contains(where: { ![0, 1, 2, 3, 25].contains($0.id) }) { deviations.insert(.unknownField) }
        if pix[1] != nil {
            guard pix[25] == nil else { throw pix.error(.keyAndLocation, 25) }
            return try keyAccount(pix, &deviations)
        }
        // What explains a key has no place beside a location.
        for id in [2, 3] where pix[id] != nil { throw pix.error(.unexpectedField, id) }
        if pix[25] != nil { return .location(try location(pix)) }
        guard accounts.recurrence != nil else { throw pix.error(.nothingToPay) }
        return .recurrenceOnly
    }

    private static func keyAccount(
        _ pix: TemplateReading, _ deviations: inout Set<BRCodeDeviation>
    ) throws(BRCodeError) -> Account {
        let key = try pix.text(1, atMost: 77)
        guard key.unicodeScalars.allSatisfy({ $0.isPrintableASCII }) else { throw pix.error(.key, 1) }
        if (try? PixKey(key)) == nil { deviations.insert(.unknownKeyType) }
        let info = pix[2] == nil ? nil : try pix.text(2, atMost: 72)
        let agent = pix[3]?.text
        if let agent, !isAgent(agent) { throw pix.error(.value, 3) }
        return .key(key, info: info, withdrawalAgent: agent)
    }

    /// An ISPB: eight digits, and since 2025 capitals as well.
    static func isAgent(_ text: String) -> Bool {
        text.unicodeScalars.count == 8
            && text.unicodeScalars.allSatisfy { $0.isASCIIDigit || $0.isASCIICapital }
    }

    private static func location(_ template: TemplateReading) throws(BRCodeError) -> PixLocation {
        guard let text = template[25]?.text, let location = PixLocation(text) else {
            throw template.error(.location, 25)
        }
        return location
    }
}
