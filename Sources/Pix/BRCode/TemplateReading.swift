/// The objects of one level, found by their ids; its errors know where they are.
struct TemplateReading {
    let fields: [TLVField]
    /// Of the field that holds them; nil for the root.
    let name: String?
    /// Where something missing would have stood.
    private let end: Int?

    init(_ fields: [TLVField], name: String? = nil, end: Int?) {
        self.fields = fields
        self.name = name
        self.end = end
    }

    subscript(id: Int) -> TLVField? { fields.first { $0.id == id } }

    /// It is Pix's, by the globally unique identifier in its field 00.
    var isPix: Bool { self[0]?.text.lowercased() == BRCode.identifier }

    func template(_ id: Int) throws(BRCodeError) -> TemplateReading? {
        guard let field = self[id] else { return nil }
        let name = TLV.name(id, in: name)
        let fields = try TLV.read(field.value[...], from: field.valuePosition, in: name)
        return TemplateReading(fields, name: name, end: field.valuePosition.map { $0 + field.value.count })
    }

    func text(_ id: Int, atMost limit: Int) throws(BRCodeError) -> String {
        guard let field = self[id] else { throw error(.missingField, id) }
        guard field.value.count <= limit else { throw error(.valueTooLong, id) }
        return field.text
    }

    func digits(_ id: Int, count: Int) throws(BRCodeError) -> String {
        guard let field = self[id] else { throw error(.missingField, id) }
        guard field.value.count == count, field.value.allSatisfy(\.isASCIIDigit) else { throw error(.value, id) }
        return field.text
    }

    /// An error at the value of a field, or at the end of the level if the field is not there.
    func error(_ code: BRCodeError.Code, _ id: Int) -> BRCodeError {
        BRCodeError(code, field: TLV.name(id, in: name), position: self[id].map(\.valuePosition) ?? end)
    }

    /// An error of the level as a whole.
    func error(_ code: BRCodeError.Code) -> BRCodeError {
        BRCodeError(code, field: name, position: fields.first?.position)
    }
}
