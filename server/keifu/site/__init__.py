"""The pages and addresses: the only package that knows Flask."""
