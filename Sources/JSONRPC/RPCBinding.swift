import Specification

/// Holds handlers against the document.
struct RPCBinding<Context: Sendable> {
    let document: OpenRPCDocument
    let methods: [RPCMethod<Context>]

    /// Everything that is wrong, in the document's order.
    func problems() -> [String] {
        missingHandlers() + repeatedHandlers() + methods.flatMap(problems(of:))
    }

    private func missingHandlers() -> [String] {
        let handled = Set(methods.map(\.name))
        return document.methods.filter { !$0.isOptional && !handled.contains($0.name) }.map {
            "\(document.name):\($0.line): the method \($0.name) has no handler"
        }
    }

    private func repeatedHandlers() -> [String] {
        var seen: Set<String> = []
        var reported: Set<String> = []
        return methods.map(\.name).filter { !seen.insert($0).inserted && reported.insert($0).inserted }.map {
            "the method \($0) has more than one handler"
        }
    }

    private func problems(of method: RPCMethod<Context>) -> [String] {
        guard let declared = document.method(named: method.name) else {
            return ["there is a handler for \(method.name), which is no method of \(document.name)"]
        }
        let allowed = Self.raisable(by: declared, in: document)
        return method.raises.subtracting(allowed).map(\.rawValue).sorted().map { name in
            guard document.error(named: name) != nil else {
                return "the handler of \(method.name) raises \(name), which is no error of \(document.name)"
            }
            return "\(document.name):\(declared.line): the handler of \(method.name) raises \(name), "
                + "which the method does not declare"
        }
    }

    /// What a handler may raise: what its method declares, and what needs no declaration.
    static func raisable(by method: OpenRPCMethod, in document: OpenRPCDocument) -> Set<RPCErrorName> {
        Set(method.errors.map { RPCErrorName(rawValue: $0) }).union(undeclared(by: method, in: document))
    }

    /// What any handler of the method may raise without mention.
    static func undeclared(by method: OpenRPCMethod, in document: OpenRPCDocument) -> Set<RPCErrorName> {
        [
            RPCErrorName(rawValue: method.invalidParams),
            RPCErrorName(rawValue: document.rules.errorName(for: .internalError)),
        ]
    }
}
