public import Specification
public import StrictJSON

/// Answers JSON-RPC 2.0 requests as an OpenRPC document says, bytes in, bytes out; it knows no transport.
///
/// The order of checks: admission, JSON, envelope, method, parameters, handler. The first that fails is the answer.
///
/// ```swift
/// let dispatcher = try RPCDispatcher<Caller>(document: document, methods: [
///     RPCMethod("CheckTransaction", raises: ["TransactionNotFound"]) { params, caller in .value([:]) }
/// ])
/// let answer = await dispatcher.answer(to: body, context: caller)
/// ```
///
/// `Caller` is whatever the transport knows of a call; every handler gets it beside the parameters.
public struct RPCDispatcher<Context: Sendable>: Sendable {
    let rules: OpenRPCProtocol
    let errors: RPCErrorBook
    private let methods: [String: RPCBoundMethod<Context>]
    /// In bytes. The document's own names are far below it.
    private static var longestName: Int { 256 }
    private let limits: JSONLimits
    let style: RPCAnswerStyle

    /// Binds handlers to the methods of a document.
    ///
    /// - Parameters:
    ///   - document: says which methods, parameters and errors there are
    ///   - methods: a handler for every method that is not `x-optional`
    ///   - limits: a body beyond these is refused as no JSON
    ///   - style: how answers differ from JSON-RPC 2.0, if they do
    /// - Throws: ``RPCBindingError`` for a method without a handler, a handler without a method, two handlers of one
    ///   method, or a handler that raises what its method does not declare
    public init(
        document: OpenRPCDocument, methods: [RPCMethod<Context>], limits: JSONLimits = .default,
        style: RPCAnswerStyle = .standard
    ) throws(RPCBindingError) {
        let problems = RPCBinding(document: document, methods: methods).problems()
        guard problems.isEmpty else { throw RPCBindingError(problems: problems) }
        let errors = RPCErrorBook(document)
        var bound: [String: RPCBoundMethod<Context>] = [:]
        for method in methods {
            guard let declared = document.method(named: method.name) else { continue }
            bound[method.name] = Self.bind(method, declared, document, errors)
        }
        self.rules = document.rules
        self.errors = errors
        self.methods = bound
        self.limits = limits
        self.style = style
    }

    private static func bind(
        _ method: RPCMethod<Context>, _ declared: OpenRPCMethod, _ document: OpenRPCDocument, _ errors: RPCErrorBook
    ) -> RPCBoundMethod<Context> {
        let raisable = method.raises.union(RPCBinding<Context>.undeclared(by: declared, in: document))
        let name = RPCErrorName(rawValue: declared.invalidParams)
        return RPCBoundMethod(
            name: method.name,
            handler: method.handler,
            parameters: RPCParameters(declared),
            invalidParams: errors[name] ?? errors[.invalidParams],
            errors: Dictionary(uniqueKeysWithValues: raisable.compactMap { name in errors[name].map { (name, $0) } }))
    }

    /// Answers a request body.
    ///
    /// - Parameters:
    ///   - body: the bytes as they came
    ///   - admission: whether the transport lets the caller in
    ///   - context: what the handlers get beside the parameters
    public func answer(
        to body: [UInt8], admission: RPCAdmission = .granted, context: Context
    ) async -> RPCAnswer {
        await answer(to: body.withUnsafeBufferPointer(read), admission: admission, context: context)
    }

    /// Reads a body that is not an array, so that it needs no copy; ``answer(to:admission:context:)`` judges it.
    public func read(_ body: UnsafeBufferPointer<UInt8>) -> RPCMessage {
        RPCMessage(body: body, limits: limits)
    }

    /// Answers a body that has been read.
    public func answer(
        to message: RPCMessage, admission: RPCAdmission = .granted, context: Context
    ) async -> RPCAnswer {
        if case .refused(let name) = admission { return failure(name, id: message.id) }
        switch message.content {
        case .failure(let error): return failure(for: .parseError, underlyingError: error)
        case .success(.object(let request)): return style.apply(to: await answer(toRequest: request, context))
        case .success(.array(let requests)): return style.apply(to: await answer(toBatch: requests, context))
        case .success: return failure(for: .invalidRequest, underlyingError: SchemaViolation.here("must be an object"))
        }
    }

    func answer(toRequest object: JSONObject, _ context: Context) async -> RPCAnswer {
        let request: RPCRequest
        do throws(RPCRequest.Fault) {
            request = try RPCRequest(object, rules)
        } catch {
            return failure(
                for: .invalidRequest, id: error.id, data: .string(error.violation.path),
                underlyingError: error.violation)
        }
        var answer = await answer(to: request, context)
        if request.isNotification { answer.body = .empty }
        return answer
    }

    private func answer(to request: RPCRequest, _ context: Context) async -> RPCAnswer {
        // No name of ours is longer; a lookup would first normalise whatever a caller made up.
        guard request.method.utf8.count <= Self.longestName, let method = methods[request.method] else {
            return failure(for: .methodNotFound, id: request.id, data: .string(Self.cut(request.method)))
        }
        if let violation = method.parameters.firstViolation(in: request.params) {
            let bytes = method.invalidParams.answer(id: request.id, data: .string(violation.path))
            return RPCAnswer(
                .bytes(bytes), id: request.id, method: method.name, error: method.invalidParams,
                underlyingError: violation)
        }
        return await call(method, request, context)
    }

    /// A name that a caller made up is repeated to him, but not at any length. Counted in scalars: one character can
    /// hold any number of them.
    private static func cut(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(64)))
    }
}
