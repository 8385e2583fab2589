import Yams
public enum Placeholder { public static let n = PackageResources.transaction_yaml.count }
