import Specification
import StrictJSON

/// The fields of a call, and the ways to write them.
struct ClickForm {
    /// How fields become a body.
    enum Encoding: String, Sendable, CaseIterable {
        /// As browsers and PHP write forms: a space is a plus.
        case plus
        /// A space is %20.
        case percent
        /// No form at all.
        case json
    }

    static let signField = "sign_string"
    private(set) var fields: [(name: String, text: String)]

    /// Texts stand as they are, anything else as JSON writes it.
    init(_ object: JSONObject) {
        fields = object.map { (name: $0.key, text: Self.text(of: $0.value)) }
    }

    static func text(of value: JSONValue) -> String { value.stringValue ?? value.text }

    func text(_ name: String) -> String? { fields.first { $0.name == name }?.text }

    mutating func append(_ name: String, _ text: String) { fields.append((name: name, text: text)) }

    /// What every call has, the order and the amount aside.
    static func values(action: Int64, _ configuration: ConformanceConfiguration, now: Int64) -> JSONObject {
        let values = ClickPlaceValues(serviceID: configuration.serviceID ?? 0, actions: [:])
        return [
            "click_trans_id": values.newID(), "service_id": .integer(values.serviceID),
            "click_paydoc_id": values.newID(), "merchant_trans_id": "", "amount": "", "action": .integer(action),
            "error": 0, "error_note": "Success", "sign_time": .string(ClickPlaceValues.signTime(now)),
        ]
    }

    /// The request that a form with its right signature makes.
    func signed(
        _ parts: [ClickSpecification.SignaturePart], _ configuration: ConformanceConfiguration
    ) -> WireRequest {
        var form = self
        let signature = ClickSigner(key: configuration.key).signature(.valid, parts, text: text) ?? ""
        form.append(Self.signField, signature)
        var request = WireRequest(
            method: "POST", headers: [Header("Content-Type", ClickDialect.contentType)], body: form.body(.plus))
        request.secrets = [signature]
        return request
    }

    func body(_ encoding: Encoding) -> [UInt8] {
        guard encoding != .json else {
            var object = JSONObject()
            for field in fields { object[field.name] = .string(field.text) }
            return JSONValue.object(object).serialized()
        }
        return Array(
            fields.map { "\(Self.encoded($0.name, encoding))=\(Self.encoded($0.text, encoding))" }
                .joined(separator: "&").utf8)
    }

    /// The same with other words in place of the signature, for reports.
    func shown(_ encoding: Encoding, signature: String) -> [UInt8] {
        var form = ClickForm([:])
        for field in fields where field.name != Self.signField { form.append(field.name, field.text) }
        guard text(Self.signField) != nil else { return form.body(encoding) }
        guard encoding == .json else { return form.body(encoding) + Array("&\(Self.signField)=[\(signature)]".utf8) }
        form.append(Self.signField, "[\(signature)]")
        return form.body(encoding)
    }

    private static func encoded(_ text: String, _ encoding: Encoding) -> String {
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " ") where encoding == .plus: encoded += "+"
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return encoded
    }
}
