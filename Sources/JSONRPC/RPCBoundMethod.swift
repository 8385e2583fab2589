import Specification
import StrictJSON

/// A method of the document together with its handler.
struct RPCBoundMethod<Context: Sendable>: Sendable {
    let name: String
    let handler: RPCMethod<Context>.Handler
    let parameters: RPCParameters
    let invalidParams: RenderedError
    /// What the handler may throw.
    let errors: [RPCErrorName: RenderedError]
}

/// The parameters of a method, ready to be held against a request.
struct RPCParameters: Sendable {
    private let parameters: [(name: String, isRequired: Bool, validator: SchemaValidator)]

    init(_ method: OpenRPCMethod) {
        parameters = method.parameters.map { ($0.name, $0.isRequired, SchemaValidator($0.schema)) }
    }

    /// The first parameter that does not fit. Parameters that the document does not know are ignored.
    func firstViolation(in params: JSONObject) -> SchemaViolation? {
        for parameter in parameters {
            guard let value = params[parameter.name] else {
                guard parameter.isRequired else { continue }
                return SchemaViolation(path: parameter.name, message: "is missing")
            }
            if let violation = parameter.validator.firstViolation(in: value) {
                return violation.inside(member: parameter.name)
            }
        }
        return nil
    }
}
